import { expect } from 'chai';
import fc from 'fast-check';
import { eventSchema } from '../event.ts';
import { synthetic } from '../synthetic.ts';
import { Scanner } from './scan.ts';

/** A line of each kind of batch. */
function batchLines(): string[] {
  const connect = {
    ...{ n: 2, baseUs: 5, client: [0, 1], path: [0, 0], paths: ['pooler-1'], start: [0, 9], took: [300, 400] },
    ...{ outcome: [0, 1], error: [-1, 0], errors: ['08006 "quoted" \\ and ü'] },
  };
  const lines = synthetic({ seconds: 4 })
    .stream('pooler-1', { down: [1, 2] })
    .writes({ down: [1, 2] })
    .line('connect', 1, connect)
    .events()
    .map(({ seq, kind, ...rest }) => JSON.stringify({ seq, kind, ...rest }));
  return ['op', 'probe', 'connect'].map((kind) => lines.find((line) => line.includes(`"kind":"${kind}"`))!);
}
const scanned = (line: string) => {
  const bytes = Buffer.from(`before\n${line}\nafter`);
  return new Scanner().scan(bytes, 7, bytes.length - 6);
};
/** The same with its columns as lists. */
const asLists = (value: object | undefined) =>
  value &&
  Object.fromEntries(Object.entries(value).map(([name, one]) => [name, one instanceof Float64Array ? [...one] : one]));

describe('scanning a line of batches', () => {
  for (const line of batchLines())
    it(`gives what JSON gives: ${line.slice(0, 30)} …`, () => {
      expect(asLists(scanned(line))).to.deep.equal(JSON.parse(line));
    });

  it('leaves to JSON what is not written as this program writes it', () => {
    const [op] = batchLines() as [string];
    const altered = [
      op.replace('"n":', '"n": '),
      op.replace('"due":[0', '"due":[0.5'),
      op.replace('"due":[0', '"due":[-0'),
      op.replace('"due":[0', '"due":[00'),
      op.replace('"due":[0', '"due":[1e3'),
      op.replace('"due":[0', '"due":[1234567890123456'),
      op.replace('"due":[0', '"due":[null'),
      op.replace('"due":', '"owed":'),
      op.replace('"n":', '"n":7,"n":'),
      op.replace('"baseUs":0', '"baseUs":"0"'),
      op.replace('"errors":["ECONNREFUSED"]', '"errors":["ECONN\\xREFUSED"]'),
      op.slice(0, -1),
      `${op}}`,
      op.replace('"kind":"op"', '"kind":"note"'),
      op.replace('"kind":"op"', '"kind":"op","packed":2'),
    ];
    for (const line of altered) {
      expect(line).not.to.equal(op);
      expect(scanned(line), line.slice(0, 120)).to.equal(undefined);
    }
  });

  it('never differs from JSON and the schema, whatever is done to a line', () => {
    const [op] = batchLines() as [string];
    const short = JSON.stringify({
      ...JSON.parse(op),
      n: 1,
      ...Object.fromEntries(columnsOf(op).map((name) => [name, [3]])),
    });
    const byte = fc.constantFrom(...'0123456789-+.eE,:[]{}" nul\\u');
    const edit = fc.tuple(fc.nat(short.length - 1), fc.nat(2), byte);
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        const line = edits.reduce((text, [at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut), short);
        const found = scanned(line);
        if (found === undefined) return;
        const schema = eventSchema.safeParse(JSON.parse(line));
        expect(schema.success, line).to.equal(true);
        expect(asLists(found), line).to.deep.include(schema.data!);
      }),
      { numRuns: 3_000 },
    );
  });

  it('reuses its arrays from line to line', () => {
    const [op, probe] = batchLines() as [string, string];
    const scanner = new Scanner();
    const read = (line: string) => asLists(scanner.scan(Buffer.from(line), 0, Buffer.byteLength(line)));
    expect(read(op)).to.deep.equal(JSON.parse(op));
    expect(read(probe)).to.deep.equal(JSON.parse(probe));
    expect(read(op)).to.deep.equal(JSON.parse(op));
  });

  it('takes columns that are longer than any before', () => {
    const [op] = batchLines() as [string];
    const line = JSON.stringify({ ...JSON.parse(op), worker: Array.from({ length: 10_000 }, (_, i) => i * 7) });
    expect(asLists(scanned(line))).to.deep.equal(JSON.parse(line));
  });
});

const columnsOf = (line: string): string[] =>
  Object.entries(JSON.parse(line)).flatMap(([name, value]) =>
    Array.isArray(value) && typeof value[0] === 'number' ? [name] : [],
  );
