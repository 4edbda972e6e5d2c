/** Packs a journal that has ended: columns in their shortest forms, then zstd. Nothing is lost. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isDeepStrictEqual } from 'node:util';
import { constants, createZstdCompress } from 'node:zlib';
import { textsOf } from '../file.ts';
import { packedLine, unpackedLine } from './line.ts';

/** Above it a journal becomes little smaller, and takes many times as long. */
const level = 9;

/**
 * Writes `run.ndjson` as `run.ndjson.zst`. A line that would not be the same again is written as it is.
 * @param to must not exist
 * @throws Error of `node:fs`
 */
export async function packJournal(from: string, to: string): Promise<void> {
  const params = { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 };
  await pipeline(
    Readable.from(packedText(from)),
    createZstdCompress({ params }),
    createWriteStream(to, { flags: 'wx' }),
  );
}

/** The lines of the journal, each with an end; a torn last one stays torn. */
async function* packedText(path: string): AsyncGenerator<string> {
  for await (const lines of textsOf(path)) {
    const text = lines.map((line) => `${packedTextOf(line)}\n`).join('');
    if (text) yield text;
  }
}

export function packedTextOf(line: string): string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return line;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return line;
  const packed = packedLine(value as Record<string, unknown>);
  if (packed === value) return line;
  // Read back as a reader will: differences of very large numbers would not add up again.
  const text = JSON.stringify(packed);
  return isDeepStrictEqual(unpackedLine(JSON.parse(text)), value) ? text : line;
}
