/** Packs a journal that has ended: batches in blocks (`block.ts`), then zstd. Nothing is lost. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isDeepStrictEqual } from 'node:util';
import { constants, createZstdCompress } from 'node:zlib';
import { textsOf } from '../file.ts';
import { type Line, packedLine, unpackedLine } from './line.ts';
import { Segment } from './segment.ts';

/** Above it a journal becomes no smaller. */
const level = 19;

/** A string of so many digits is worth a zstd block, whose Huffman codes are then those of one column. */
const leastDigits = 256;

/**
 * Writes `run.ndjson` as `run.ndjson.zst`. What would not be the same again is written as it is.
 * @param to must not exist
 * @throws Error of `node:fs`
 */
export async function packJournal(from: string, to: string): Promise<void> {
  const params = { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 };
  await pipeline(
    Readable.from(pieces(packedText(from))),
    // Each piece ends a block.
    createZstdCompress({ params, flush: constants.ZSTD_e_flush }),
    createWriteStream(to, { flags: 'wx' }),
  );
}

/** The same text, which is cut after each string of many digits. */
async function* pieces(texts: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const text of texts) {
    let piece = '';
    for (const [i, part] of text.split('"').entries()) {
      piece += i === 0 ? part : `"${part}`;
      if (part.length < leastDigits) continue;
      yield piece;
      piece = '';
    }
    if (piece) yield piece;
  }
}

/** The lines of the journal, each with an end; a torn last one stays torn. */
async function* packedText(path: string): AsyncGenerator<string> {
  const inOrder = await isInOrder(path);
  const segment = new Segment();
  for await (const texts of textsOf(path)) {
    let packed = '';
    for (const text of texts) {
      const line = inOrder ? lineOf(text) : undefined;
      if (!line) packed += `${segment.take(packedTextOf)}${packedTextOf(text)}\n`;
      else if (segment.add(text, line)) packed += segment.take(packedTextOf);
    }
    if (packed) yield packed;
  }
  const rest = segment.take(packedTextOf);
  if (rest) yield rest;
}

/** As the writer of a journal begins each line: the number is found without reading all of it. */
const numbered = /^\{"seq":(\d{1,15}),/;

/** Whether lines can be put back into their order by their numbers. Only the last one may be torn. */
async function isInOrder(path: string): Promise<boolean> {
  let last = -1;
  let isTorn = false;
  for await (const texts of textsOf(path))
    for (const text of texts) {
      const found = numbered.exec(text)?.[1] ?? lineOf(text);
      const seq = typeof found === 'object' ? found.seq : Number(found);
      if (isTorn || (found !== undefined && !(Number.isSafeInteger(seq) && Number(seq) > last))) return false;
      if (found === undefined) isTorn = true;
      else last = Number(seq);
    }
  return true;
}

/** @returns undefined where it is not a JSON object, as where it is torn */
function lineOf(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Line) : undefined;
  } catch {
    return undefined;
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
