import { expect } from 'chai';
import { synthetic } from '../../journal/synthetic.ts';
import type { SlotRow } from '../../journal/synthetic-load.ts';
import { blindShare, blindTimes } from './blind.ts';
import { generatorDoubts } from './generator.ts';

const delayed = (from: number, to: number, lateUs: number) => ({
  change: (rows: SlotRow[]) => {
    for (const row of rows.slice(from, to)) Object.assign(row, { late: lateUs, took: lateUs + 1_000 });
  },
});
const stall = (fromS: number, untilS: number) => ({ source: 'probes', fromUs: fromS * 1e6, untilUs: untilS * 1e6 });

describe('the times in which the harness was blind', () => {
  it('are the stalls that it noticed, each once', async () => {
    const journal = synthetic().stream('pooler-1').line('stall', 12, stall(10, 12)).line('stall', 13, stall(11, 13));
    expect(blindTimes(await journal.run())).to.deep.equal([{ lo: 10e6, hi: 13e6 }]);
    expect(blindShare(await journal.run())).to.be.closeTo(0.05, 0.001);
    const later = synthetic({ shiftUs: 1e9 }).stream('pooler-1').line('stall', 13, stall(10, 13));
    expect(blindShare(await later.run())).to.be.closeTo(0.05, 0.001);
  });

  it('are not those of the writers’ thread, which does not probe', async () => {
    const journal = synthetic()
      .stream('pooler-1')
      .line('stall', 12, { ...stall(10, 12), source: 'writers' });
    expect(blindTimes(await journal.run())).to.deep.equal([]);
  });

  it('show in slots that start late on a free connection, without a stall line', async () => {
    const run = await synthetic()
      .stream('pooler-1', delayed(500, 501, 80_000))
      .run();
    expect(blindTimes(run)).to.deep.equal([{ lo: 5_000_000, hi: 5_081_000 }]);
  });

  it('are not those in which a connection was busy, or had to be replaced', async () => {
    const queued = synthetic().stream('pooler-1', { down: { from: 20, to: 20.8, how: 'hold' } });
    expect(blindTimes(await queued.run())).to.deep.equal([]);
    const reconnecting = synthetic().stream('pooler-1', {
      change: (rows) => {
        Object.assign(rows[500]!, { outcome: 1 });
        Object.assign(rows[501]!, { late: 400_000, took: 401_000 });
      },
    });
    expect(blindTimes(await reconnecting.run())).to.deep.equal([]);
  });
});

describe('a generator', () => {
  it('that kept its schedule raises no doubt', async () => {
    expect(generatorDoubts(await synthetic().stream('pooler-1').writes().run())).to.deep.equal([]);
  });

  it('that stood still for long is not evidence', async () => {
    const run = await synthetic().stream('pooler-1').line('stall', 40, stall(30, 40)).run();
    expect(generatorDoubts(run)).to.deep.equal([
      'the load generator itself stood still for 17 % of the time (at most 5 %)',
    ]);
  });

  it('that started writes late before the fault is not evidence', async () => {
    const late = (from: number) =>
      synthetic()
        .stream('pooler-1')
        .fault('crash', { at: 30, heal: 50 })
        .writes({ change: (rows) => rows.slice(from, from + 30).forEach((row) => void (row.lateUs = 150_000)) })
        .run();
    expect(generatorDoubts(await late(100))[0]).to.contain('started 150 ms late by the load generator itself');
    expect(generatorDoubts(await late(1_600))).to.deep.equal([]);
  });
});
