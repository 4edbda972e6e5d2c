import { expect } from 'chai';
import fc from 'fast-check';
import type { Run } from '../../journal/run.ts';
import { synthetic } from '../../journal/synthetic.ts';
import { clientGapP95, clientGaps, failedRequests } from './clients.ts';

describe('failedRequests', () => {
  it('counts writes that were due and not acknowledged, with the errors that they got', async () => {
    const run = await synthetic()
      .writes({ down: [20, 30], serviceUs: 30_000 })
      .run();
    expect(failedRequests(run)).to.include({
      value: 501,
      upper: 501,
      note: '500 × ECONNREFUSED, 1 × 57P01 terminated',
    });
    const { seq, outcome } = run.ops;
    expect(failedRequests(run).evidence).to.deep.equal([seq[outcome.indexOf(3)], seq[outcome.lastIndexOf(2)]]);
  });

  it('does not count a request that a retry saved, and counts one that five retries did not once', async () => {
    const attempt = (worker: number, op: number, outcome: number) => ({
      ...{ n: 1, baseUs: 3e7, worker: [worker], op: [op], request: [0], due: [0], late: [0], sent: [0], done: [9] },
      ...{ outcome: [outcome], error: [-1], errors: [], server: [-1], servers: [], timeline: [0], lsn: [0] },
    });
    const journal = synthetic()
      .line('op', 30, attempt(0, 0, 2))
      .line('op', 31, attempt(0, 1, 0));
    for (const op of [0, 1, 2, 3, 4, 5]) journal.line('op', 32, attempt(1, op, 2));
    expect(failedRequests(await journal.run()).value).to.equal(1);
  });

  it('is 0 where all were, and unknown where there was no load', async () => {
    expect(failedRequests(await synthetic().writes().run()).value).to.equal(0);
    expect(failedRequests(await synthetic().run()).value).to.equal(null);
  });
});

describe('the longest silence of a client', () => {
  it('is between two acknowledged writes', async () => {
    const run = await synthetic()
      .writes({ down: [20, 30] })
      .run();
    expect(clientGaps(run).map(({ us }) => us)).to.deep.equal([10_080_000, 10_080_000, 10_080_000, 10_080_000]);
    expect(clientGapP95(run)).to.include({
      value: 10_080,
      note: 'half of the 4 clients waited at most 10.1 s, the longest wait was 10.1 s',
    });
  });

  it('counts from the first write that was due, and to the last outcome', async () => {
    const never = await synthetic({ seconds: 20 })
      .writes({ down: [0, 20], workers: 1 })
      .run();
    expect(clientGaps(never)[0]!.us).to.equal(19_982_000);
    const late = await synthetic({ seconds: 20 })
      .writes({ down: [0, 15], workers: 1 })
      .run();
    expect(clientGaps(late)[0]!.us).to.equal(15_002_000);
  });

  it('is that of all acknowledgements in order, whatever the order in which they come', () => {
    const write = fc.record({ worker: fc.nat(2), gap: fc.integer({ min: -3, max: 40 }), took: fc.integer(timesUs) });
    fc.assert(
      fc.property(fc.array(fc.tuple(write, fc.nat(3)), { minLength: 1, maxLength: 60 }), (writes) => {
        const run = runOf(writes);
        const { worker, outcome, dueUs, doneUs, n } = run.ops;
        const expected = [...new Set(worker)].map((name) => {
          const rows = Array.from({ length: n }, (_, row) => row).filter((row) => worker[row] === name);
          const acknowledged = rows.filter((row) => outcome[row]! <= 1).map((row) => doneUs[row]!);
          const times = [dueUs[rows[0]!]!, ...acknowledged.sort((a, b) => a - b)];
          const gaps = times.slice(1).map((us, i) => us - times[i]!);
          return { worker: name, us: Math.max(0, ...gaps, doneUs[rows.at(-1)!]! - times.at(-1)!) };
        });
        expect(clientGaps(run)).to.deep.equal(expected);
      }),
    );
  });
});

/** Most answers take less time than lies between two writes; a few take longer, and some come before the write was due. */
const timesUs = { min: -2, max: 90 };

function runOf(writes: readonly (readonly [{ worker: number; gap: number; took: number }, number])[]): Run {
  let us = 0;
  const dueUs = writes.map(([{ gap }]) => (us += gap));
  const column = (of: (i: number) => number) => Float64Array.from(writes, (_, i) => of(i));
  const ops = {
    n: writes.length,
    ...{ worker: column((i) => writes[i]![0].worker), op: column((i) => i), outcome: column((i) => writes[i]![1]) },
    ...{ dueUs: column((i) => dueUs[i]!), doneUs: column((i) => dueUs[i]! + writes[i]![0].took) },
  };
  return { ops } as unknown as Run;
}
