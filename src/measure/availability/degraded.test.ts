import { expect } from 'chai';
import { synthetic } from '../../journal/synthetic.ts';
import type { OpRow, SlotRow } from '../../journal/synthetic-load.ts';
import { degraded } from './degraded.ts';

const slowed = (from: number, to: number, tookUs: number) => ({
  change: (rows: SlotRow[]) => {
    for (const row of rows.slice(from * 100, to * 100)) row.took = tookUs;
  },
});

describe('degradedMs', () => {
  it('is 0 where requests are as quick as in the steady state', async () => {
    expect(degraded(await synthetic().stream('pooler-1').run())).to.include({ value: 0, lower: 0, upper: 0 });
  });

  it('counts the seconds in which good requests were slow', async () => {
    const journal = synthetic()
      .phase(0, 'steady')
      .phase(20, 'fault')
      .stream('pooler-1', slowed(30, 35, 80_000));
    const found = degraded(await journal.run());
    expect(found).to.include({ value: 5_000, lower: 3_000, upper: 5_000, note: 'pooler-1; slow is above 50 ms' });
    expect(found.evidence[0]).to.equal((await journal.run()).slots.get('pooler-1')!.seq[3_000]);
  });

  it('does not call slow what is below 50 ms, or below twice the steady p99', async () => {
    const quick = synthetic()
      .phase(0, 'steady')
      .phase(20, 'fault')
      .stream('pooler-1', slowed(30, 35, 45_000));
    expect(degraded(await quick.run()).value).to.equal(0);
    const slow = synthetic().phase(0, 'steady').phase(20, 'fault');
    slow.stream('pooler-1', { serviceUs: 100_000, stepUs: 200_000 });
    expect(degraded(await slow.run())).to.include({ value: 0 });
  });

  it('counts the seconds in which too few writes were acknowledged', async () => {
    const fail = (rows: OpRow[]): void => {
      for (const row of rows.slice(2000, 2100)) if (row.op % 10 === 0) row.outcome = 2;
    };
    const journal = synthetic().phase(0, 'steady').phase(20, 'fault').stream('pooler-1').writes({ change: fail });
    expect(degraded(await journal.run()).value).to.equal(2_000);
  });

  it('leaves out what is down', async () => {
    const journal = synthetic()
      .stream('pooler-1', { down: [20, 30] })
      .fault('crash', { at: 20 })
      .writes({ down: [20, 30] });
    expect(degraded(await journal.run()).value).to.equal(0);
  });

  it('is not measurable without a steady state', async () => {
    const journal = synthetic()
      .stream('pooler-1', { down: [0, 50] })
      .fault('crash', { at: 20 });
    expect(degraded(await journal.run()).note).to.contain('no steady state to compare with');
  });
});
