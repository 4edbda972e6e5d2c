/** The lines of a journal’s file as bytes, packed or not, without a copy of each. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { constants, createGunzip } from 'node:zlib';

/** Is given a line: the bytes from `from` to before `to`, which are another line’s once it has returned. */
export type OnLine = (bytes: Buffer, from: number, to: number) => void;

const newline = 10;
const chunkBytes = 1024 * 1024;

/**
 * Reads `run.ndjson` or `run.ndjson.gz`, line by line. A packed file that is cut off gives what it holds.
 * @throws Error as `node:fs` and `node:zlib` do
 */
export async function readLines(path: string, onLine: OnLine): Promise<void> {
  const lines = new Lines(onLine);
  await (path.endsWith('.gz') ? unpack(path, lines) : read(path, lines));
  lines.end();
}

/** One buffer for all of the file: a new one for each part would pile up until the garbage collector came. */
async function read(path: string, lines: Lines): Promise<void> {
  await using file = await open(path);
  const buffer = Buffer.allocUnsafe(chunkBytes);
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, chunkBytes);
    if (bytesRead === 0) return;
    lines.add(buffer.subarray(0, bytesRead));
  }
}

async function unpack(path: string, lines: Lines): Promise<void> {
  // With Z_SYNC_FLUSH a truncated packed file yields what it holds, as a plain one does.
  const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize: chunkBytes });
  const file = createReadStream(path).on('error', (error) => gunzip.destroy(error));
  for await (const chunk of file.pipe(gunzip)) lines.add(chunk as Buffer);
}

/** Cuts chunks into lines. Only a line that goes on in the next chunk is copied. */
class Lines {
  readonly #onLine: OnLine;
  #begun: Buffer[] = [];

  constructor(onLine: OnLine) {
    this.#onLine = onLine;
  }

  add(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      if (this.#begun.length === 0) this.#onLine(chunk, from, end);
      else this.#finish(chunk.subarray(0, end));
      from = end + 1;
    }
    if (from < chunk.length) this.#begun.push(Buffer.from(chunk.subarray(from)));
  }

  /** A last line without an end. */
  end(): void {
    if (this.#begun.length > 0) this.#finish(Buffer.alloc(0));
  }

  #finish(rest: Buffer): void {
    const line = Buffer.concat([...this.#begun, rest]);
    this.#begun = [];
    this.#onLine(line, 0, line.length);
  }
}
