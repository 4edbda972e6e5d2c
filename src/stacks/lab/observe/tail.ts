/** Follows a log file as it grows, and puts its lines on the journal's clock. */
import { type FileHandle, open } from 'node:fs/promises';
import { type LogLine, parseLines, wallToMonotonicNs } from '../../observe/log-line.ts';
import { repeat } from '../../observe/observer.ts';

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

async function readFrom(file: FileHandle, position: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(256 * 1024), 0, 256 * 1024, position);
  return buffer.subarray(0, bytesRead);
}
