import { expect } from 'chai';
import fc from 'fast-check';
import { isBlock, linesOf, packedBlock, shapeOf } from './block.ts';
import type { Line } from './line.ts';
import { textOf } from './segment.ts';

interface Row {
  readonly worker: number;
  readonly due: number;
  readonly took: number;
  readonly error: string;
}
const rowOf = fc.record({
  ...{ worker: fc.nat(3), due: fc.nat(5_000), took: fc.nat(300) },
  error: fc.constantFrom('', 'closed', '08P01 “no”'),
});

/** A line as the load writes it: rows in the order in which they ended. */
function opLine(seq: number, rows: readonly Row[], isSorted = true): Line {
  const all = isSorted ? rows.toSorted((a, b) => a.due + a.took - b.due - b.took) : rows;
  const errors = [...new Set(all.map(({ error }) => error).filter((error) => error !== ''))];
  const baseUs = seq * 250_000 + all[0]!.due;
  return {
    ...{ seq, kind: 'op', tUs: seq * 250_000 + 9, n: all.length, baseUs },
    worker: all.map(({ worker }) => worker),
    op: all.map((_, i) => seq + i),
    due: all.map(({ due }) => due - all[0]!.due),
    late: all.map(({ due }) => due % 7),
    sent: all.map(({ due, took }) => (took === 0 ? -1 : (due % 7) + 5)),
    done: all.map(({ took }) => took),
    outcome: all.map(({ error }) => (error ? 2 : 0)),
    error: all.map(({ error }) => errors.indexOf(error)),
    errors,
    server: all.map(({ error }) => (error ? -1 : 0)),
    servers: all.some(({ error }) => error === '') ? ['198.18.0.11'] : [],
    timeline: all.map(() => 1),
    lsn: all.map((_, i) => 50_331_648 + 112 * i),
  };
}
const there = (lines: readonly Line[]): Line[] => linesOf(JSON.parse(JSON.stringify(packedBlock(lines))));
const texts = (lines: readonly Line[]): string[] => lines.map(textOf);

describe('a block', () => {
  it('gives its lines back to the byte, those whose rows did not end in order too', () => {
    const lines = fc.array(fc.tuple(fc.array(rowOf, { minLength: 1, maxLength: 30 }), fc.boolean()), { minLength: 1 });
    fc.assert(
      fc.property(lines, (all) => {
        const written = all.map(([rows, isSorted], i) => opLine(1 + 100 * i, rows, isSorted));
        expect(texts(there(written))).to.deep.equal(texts(written));
      }),
    );
  });

  it('keeps the order of rows that ended in the same µs', () => {
    const row = { worker: 0, error: '' };
    const line = opLine(1, [
      { ...row, due: 30, took: 70 },
      { ...row, due: 10, took: 90 },
      { ...row, due: 20, took: 80 },
    ]);
    expect(line.due).to.deep.equal([0, -20, -10]);
    expect(packedBlock([line])).to.include.keys('tied');
    expect(texts(there([line]))).to.deep.equal(texts([line]));
  });

  it('holds lines of one shape', () => {
    const row = { worker: 0, due: 0, took: 9, error: '' };
    const line = opLine(1, [row]);
    expect(shapeOf(line)).to.equal(shapeOf(opLine(7, [row, row])));
    expect(shapeOf({ ...line, request: [3] })).to.not.equal(shapeOf(line));
    expect(shapeOf({ ...line, kind: 'note' })).to.equal(undefined);
    expect(shapeOf({ ...line, due: [0, 1] })).to.equal(undefined);
    expect(shapeOf({ ...line, seq: 0.5 })).to.equal(undefined);
    expect(shapeOf({ ...line, errors: [7] })).to.equal(undefined);
    expect(shapeOf({ ...line, more: { than: 'known' } })).to.equal(undefined);
    expect(isBlock(line)).to.equal(false);
  });

  it('is refused in plain words where it is nonsense', () => {
    const block = packedBlock([opLine(1, [{ worker: 0, due: 0, took: 9, error: 'closed' }])]);
    const why = (change: object) => () => linesOf(JSON.parse(JSON.stringify({ ...block, ...change })));
    expect(why({ kind: 'note' })).to.throw('a line of the kind note cannot be packed');
    expect(why({ lines: 0 })).to.throw('how many lines it has (0)');
    expect(why({ lines: 2e9 })).to.throw('how many lines it has');
    expect(why({ n: 1e9 })).to.throw('it has 1000000000 rows');
    expect(why({ n: [1, 1] })).to.throw('n: a column holds 2 numbers instead of 1');
    expect(why({ n: 0 })).to.throw('it has 0 rows');
    expect(why({ due: { step: 1, of: 'lsn' } })).to.throw('due: a column refers to lsn, which does not come before it');
    expect(why({ done: { over: 'toString', by: 1 } })).to.throw('done: a column refers to toString');
    expect(why({ outcome: '0' })).to.throw('outcome: a column has none of the forms');
    expect(why({ error: 5 })).to.throw('error holds 5, but there are 1 errors');
    expect(why({ errors: undefined })).to.throw('a block lacks error or errors');
  });
});
