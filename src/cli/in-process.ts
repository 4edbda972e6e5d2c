/** For tests only: calls the program within this process, which takes milliseconds where a new one takes a second. */
import { Readable } from 'node:stream';
import { closeStacks } from '../stacks/index.ts';
import { callProgram } from './program.ts';

export interface Called {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
  /** Both, in their order. */
  readonly all: string;
}

/** @param input what standard input holds */
export async function inProcess(words: readonly string[], input = ''): Promise<Called> {
  const said = { out: '', err: '', all: '' };
  const listen = (stream: NodeJS.WriteStream, name: 'out' | 'err') =>
    hear(stream, (text) => {
      said[name] += text;
      said.all += text;
    });
  const stdin = Object.getOwnPropertyDescriptor(process, 'stdin')!;
  Object.defineProperty(process, 'stdin', { value: Readable.from([input]), configurable: true });
  const restore = [listen(process.stdout, 'out'), listen(process.stderr, 'err')];
  restore.push(closeStacks('a unit test opens no stack: what it asked for should have been refused'));
  const codeBefore = process.exitCode;
  process.exitCode = undefined;
  try {
    const exitCode = await callProgram(words);
    return { exitCode, ...said };
  } finally {
    process.exitCode = codeBefore;
    for (const undo of restore) undo();
    Object.defineProperty(process, 'stdin', stdin);
  }
}

/** Gives what is written to a stream to `onText` instead. @returns what ends that */
export function hear(stream: NodeJS.WriteStream, onText: (text: string) => void): () => void {
  const write = stream.write;
  stream.write = ((text: string | Uint8Array) => {
    onText(String(text));
    return true;
  }) as typeof write;
  return () => {
    stream.write = write;
  };
}
