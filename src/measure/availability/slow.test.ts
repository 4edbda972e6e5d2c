import { expect } from 'chai';
import { synthetic } from '../../journal/synthetic.ts';
import type { OpRow, SlotRow } from '../../journal/synthetic-load.ts';
import { judge } from '../judge.ts';
import { episodes } from './episodes.ts';
import { slow, slowTimes } from './slow.ts';

/** Every slot due from 20 s to 40 s waits behind others until it is too late. */
const late = (outcome: 1 | 2) => ({
  change: (rows: SlotRow[]) => {
    for (const row of rows.slice(2000, 4000)) Object.assign(row, { late: -1, took: 1_000_000, outcome, saw: -1 });
  },
});
type Journal = ReturnType<typeof synthetic>;

/** Clients that logged in through one pooler each. */
function loggedIn(journal: Journal, paths: readonly string[]): Journal {
  const n = paths.length;
  const zeros = paths.map(() => 0);
  const client = paths.map((_, i) => i);
  const rows = { n, baseUs: 0, client, path: client, paths: [...paths], start: zeros, took: zeros, outcome: zeros };
  return journal.line('connect', 0, { ...rows, error: paths.map(() => -1), errors: [] });
}
/** Of every three writes due from 20 s to 40 s, two are not acknowledged. */
const few = (rows: OpRow[]): void => {
  for (const [i, row] of rows.entries())
    if (row.dueUs >= 20e6 && row.dueUs < 40e6 && i % 3 > 0) Object.assign(row, { outcome: 3, timeline: 0, lsn: 0 });
};
const brownout = (outcome: 1 | 2 = 2, change = few): Journal =>
  loggedIn(synthetic({ seconds: 60 }), ['pooler-1', 'pooler-2'])
    .stream('pooler-1', late(outcome))
    .stream('pooler-2', late(outcome))
    .stream('direct', late(outcome))
    .writes({ workers: 2, change });

describe('slowMs', () => {
  it('is the time in which clients got writes acknowledged though every probe was too late: slow, and not down', async () => {
    const run = await brownout().run();
    expect(episodes(run)).to.deep.equal([]);
    const found = slow(run);
    expect(found.value).to.be.within(19_900, 20_100);
    expect(found.note).to.match(/^pooler-1; 33 % of the 1,00\d writes that were due were acknowledged$/);
    expect(judge(run).sentence).to.match(
      /writes were slow for 20\.0 s and never down; meanwhile 33 % of the 1,00\d writes that were due were acknowledged/,
    );
  });

  it('is 0 where clients got nothing acknowledged: that is down', async () => {
    const nothing = (rows: OpRow[]): void => {
      for (const row of rows)
        if (row.dueUs >= 20e6 && row.dueUs < 40e6) Object.assign(row, { outcome: 3, timeline: 0, lsn: 0 });
    };
    const run = await brownout(2, nothing).run();
    expect(slow(run).value).to.equal(0);
    expect(episodes(run).map(({ stream }) => stream)).to.have.members(['pooler-1', 'pooler-2', 'direct']);
  });

  it('leaves a pause of more than a second within it as an outage', async () => {
    const paused = (rows: OpRow[]): void => {
      few(rows);
      for (const row of rows)
        if (row.dueUs >= 28e6 && row.dueUs < 31e6) Object.assign(row, { outcome: 3, timeline: 0, lsn: 0 });
    };
    const run = await brownout(2, paused).run();
    const [first, ...others] = episodes(run).filter(({ stream }) => stream === 'pooler-1');
    expect(others).to.deep.equal([]);
    expect(first!.lastedUs).to.be.within(3.0e6, 3.2e6);
    expect(slow(run).value).to.be.within(16_700, 17_000);
  });

  it('says nothing for a path whose attempts fail while the poolers serve', async () => {
    const run = await brownout(1).run();
    expect(slowTimes(run).get('pooler-1')).to.have.length(1);
    expect(slowTimes(run).get('direct')).to.deep.equal([]);
  });

  it('does not take the first seconds after an outage from it: who was held is answered late', async () => {
    const journal = loggedIn(synthetic({ seconds: 60 }), ['pooler-1'])
      .stream('pooler-1', { down: { from: 20, to: 33, how: 'hang' } })
      .writes({ workers: 1, down: { from: 20, to: 30, how: 'reset' } });
    const run = await journal.run();
    expect(slow(run).value).to.equal(0);
    expect(episodes(run)[0]!.lastedUs).to.be.within(13e6, 14.1e6);
  });

  it('is 0 where no log-in names the pooler of a client', async () => {
    const journal = synthetic({ seconds: 60 }).stream('pooler-1', late(2)).writes({ change: few });
    expect(slow(await journal.run()).value).to.equal(0);
  });
});
