/** Follows a log file as it grows, and puts its lines on the journal's clock. */
import { type FileHandle, open } from 'node:fs/promises';
import { repeat } from './observer.ts';

/** A line of a log whose time stamp was read. */
export interface LogLine {
  readonly atNs: bigint;
  readonly text: string;
}

/** `2026-11-22 17:05:07.984 UTC …`: what PgBouncer and PostgreSQL write, to the millisecond. */
const stamp = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) UTC /;

/** Calls `onLines` with the new lines of each look, from the end of the file as it is now. */
export async function tail(path: string, onLines: (lines: LogLine[]) => void): Promise<AsyncDisposable> {
  const file = await open(path, 'r');
  let position = (await file.stat()).size;
  let rest = Buffer.alloc(0);
  const looking = repeat(async () => {
    const read = await readFrom(file, position);
    if (read.length === 0) return;
    position += read.length;
    const all = Buffer.concat([rest, read]);
    const end = all.lastIndexOf('\n') + 1;
    rest = all.subarray(end);
    const lines = parseLines(all.toString('utf8', 0, end), wallToMonotonicNs());
    if (lines.length > 0) onLines(lines);
  });
  return {
    async [Symbol.asyncDispose]() {
      await looking[Symbol.asyncDispose]();
      await file.close();
    },
  };
}

/** The lines that carry a time; those that continue another carry none. */
export function parseLines(text: string, offsetNs: bigint): LogLine[] {
  return text.split('\n').flatMap((line) => {
    const [whole, day, time] = stamp.exec(line) ?? [];
    if (!whole) return [];
    const wallMs = Date.parse(`${day}T${time}Z`);
    return [{ atNs: BigInt(wallMs) * 1_000_000n + offsetNs, text: line.slice(whole.length) }];
  });
}

/** What is added to a wall clock reading in ns to get one of `process.hrtime`. Taken anew each time: wall clocks are set. */
export function wallToMonotonicNs(): bigint {
  return process.hrtime.bigint() - BigInt(Date.now()) * 1_000_000n;
}

async function readFrom(file: FileHandle, position: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(256 * 1024), 0, 256 * 1024, position);
  return buffer.subarray(0, bytesRead);
}
