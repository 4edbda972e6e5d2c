/** A question on the terminal. */
import { createInterface } from 'node:readline/promises';

/** @returns the answer, without the space around it */
export async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}
