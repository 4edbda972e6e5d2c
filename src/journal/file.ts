/** The lines of a journal’s file as bytes, packed or not, without a copy of each. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Transform } from 'node:stream';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';

/** Is given a line: the bytes from `from` to before `to`, which are another line’s once it has returned. */
export type OnLine = (bytes: Buffer, from: number, to: number) => void;

const newline = 10;
const chunkBytes = 1024 * 1024;

/**
 * Reads `run.ndjson`, `run.ndjson.gz` or `run.ndjson.zst`, line by line. A packed file that is cut off gives what it holds.
 * @throws Error as `node:fs` and `node:zlib` do
 */
export async function readLines(path: string, onLine: OnLine): Promise<void> {
  const lines = new Lines(onLine);
  for await (const chunk of chunksOf(path)) lines.add(chunk);
  lines.end();
}

/** The same lines as texts, some at a time. */
export async function* textsOf(path: string): AsyncGenerator<readonly string[]> {
  const found: string[] = [];
  const lines = new Lines((bytes, from, to) => found.push(bytes.toString('utf8', from, to)));
  for await (const chunk of chunksOf(path)) {
    lines.add(chunk);
    yield found.splice(0);
  }
  lines.end();
  yield found;
}

/** With these ways to end, a packed file that was cut off yields what it holds, as a plain one does. */
function chunksOf(path: string): AsyncIterable<Buffer> {
  if (path.endsWith('.gz'))
    return unpacked(path, createGunzip({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize: chunkBytes }));
  if (path.endsWith('.zst'))
    return unpacked(path, createZstdDecompress({ finishFlush: constants.ZSTD_e_flush, chunkSize: chunkBytes }));
  return plain(path);
}

/** One buffer for all of the file: a new one for each part would pile up until the garbage collector came. */
async function* plain(path: string): AsyncGenerator<Buffer> {
  await using file = await open(path);
  const buffer = Buffer.allocUnsafe(chunkBytes);
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, chunkBytes);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

function unpacked(path: string, unpacker: Transform): AsyncIterable<Buffer> {
  return createReadStream(path)
    .on('error', (error) => unpacker.destroy(error))
    .pipe(unpacker);
}

/** Cuts chunks into lines. Only a line that goes on in the next chunk is copied, to a room that all such lines share. */
class Lines {
  readonly #onLine: OnLine;
  #begun = Buffer.allocUnsafe(chunkBytes);
  #length = 0;

  constructor(onLine: OnLine) {
    this.#onLine = onLine;
  }

  add(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      if (this.#length === 0) this.#onLine(chunk, from, end);
      else {
        this.#keep(chunk, from, end);
        this.end();
      }
      from = end + 1;
    }
    this.#keep(chunk, from, chunk.length);
  }

  /** A last line without an end. */
  end(): void {
    const length = this.#length;
    this.#length = 0;
    if (length > 0) this.#onLine(this.#begun, 0, length);
  }

  #keep(chunk: Buffer, from: number, to: number): void {
    const length = this.#length + to - from;
    if (length > this.#begun.length) {
      const larger = Buffer.allocUnsafe(2 * length);
      this.#begun.copy(larger, 0, 0, this.#length);
      this.#begun = larger;
    }
    chunk.copy(this.#begun, this.#length, from, to);
    this.#length = length;
  }
}
