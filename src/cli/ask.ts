/** A question on the terminal. */
import { createInterface } from 'node:readline/promises';
import { UsageError } from '../errors.ts';

/** @returns the answer, without the space around it */
export async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}

/**
 * Asks for the name of the Cluster, so that nobody confirms by habit.
 * @param words what needs it, what it is for, and what an answer that differs means
 * @throws UsageError where standard input is not a terminal, and where the answer differs
 */
export async function askForName(
  cluster: string,
  words: { readonly what: string; readonly purpose: string; readonly refused: string },
): Promise<void> {
  if (!process.stdin.isTTY)
    throw new UsageError(`${words.what} needs your confirmation, and standard input is not a terminal; add --yes`);
  const answer = await ask(`${words.purpose}, type the name of the Cluster (${cluster}): `);
  if (answer !== cluster) throw new UsageError(`${words.refused}: "${answer}" is not ${cluster}`);
}
