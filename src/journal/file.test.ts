import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { Column } from './columns/narrow.ts';
import { readLines } from './file.ts';
import { readRun, readRunFile } from './read.ts';
import type { Run } from './run.ts';

const journals = 'fixtures/journals';

describe('the lines of a file', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'pgdrill-lines-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** Lines longer than a chunk, an empty one, one that ends with a chunk, and a last one without an end. */
  const long = `${'ü'.repeat(1_500_000)}\n\n${'x'.repeat(1024 * 1024 - 1)}\nlast`;

  for (const [name, content] of [
    ['plain.ndjson', Buffer.from(long)],
    ['packed.ndjson.gz', gzipSync(long)],
  ] as const)
    it(`are whole, however they lie in the chunks of ${name}`, async () => {
      const path = join(folder, name);
      writeFileSync(path, content);
      const lines: string[] = [];
      await readLines(path, (bytes, from, to) => lines.push(bytes.toString('utf8', from, to)));
      expect(lines.join('\n') === long).to.equal(true);
    });
});

describe('a journal read as bytes', () => {
  // Every seventh: the lab and k3s, client programs, transactions, lists of requests.
  for (const name of readdirSync(journals).filter((_, i) => i % 7 === 0))
    it(`gives the same run as its lines read as JSON: ${name}`, async () => {
      const path = join(journals, name, 'run.ndjson.gz');
      const lines = gunzipSync(await readFile(path))
        .toString()
        .split('\n');
      expect(digest(await readRunFile(path))).to.deep.equal(digest(await readRun(lines)));
    });
});

/** The run with its columns as sums that depend on the order: millions of numbers are compared as a few. */
function digest({ slots, ...run }: Run): unknown {
  const plain = (value: unknown): unknown => (ArrayBuffer.isView(value) ? sumOf(value as unknown as Column) : value);
  const columns = (of: object) => Object.fromEntries(Object.entries(of).map(([name, value]) => [name, plain(value)]));
  const { ops, connects, ...rest } = run;
  return { ...rest, ops: columns(ops), connects: columns(connects), slots: [...slots.values()].map(columns) };
}
const sumOf = (column: Column): string =>
  `${column.length} ${column.reduce((sum, value, row) => (sum * 31 + (Number.isNaN(value) ? 7 : value) + row) % 2 ** 40, 0)}`;
