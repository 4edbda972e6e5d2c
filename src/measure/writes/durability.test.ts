import { expect } from 'chai';
import { type CrashStory, crashStory, steadyStory } from '../../journal/stories.ts';
import { failoverExpected, failoversOf, losingShareMax, undeclaredLosses } from './durability.ts';

const losses = async (durability: string, story: CrashStory = {}, limits = {}) =>
  undeclaredLosses(await crashStory({ durability, stepUs: 100_000, ...story }).run(), limits);
/** Acknowledged 0.1 s and 5 s before the crash. */
const recent = [3, 248] as const;
const old = [3, 187] as const;

describe('undeclaredLosses', () => {
  it('counts every loss where durability is required', async () => {
    expect(await losses('required', { ledger: { without: [recent, old] } })).to.include({
      value: 2,
      lower: 2,
      upper: 2,
    });
  });

  it('forgives what is younger than a second where it is asynchronous', async () => {
    expect((await losses('asynchronous', { ledger: { without: [recent] } })).value).to.equal(0);
    expect((await losses('asynchronous', { ledger: { without: [recent, old] } })).value).to.equal(1);
  });

  it('forgives as much as a limit on lostWindowMs says', async () => {
    const story = { ledger: { without: [recent, old] } };
    expect((await losses('asynchronous', story, { lostWindowMs: { max: 6_000 } })).value).to.equal(0);
    expect((await losses('asynchronous', story, { lostWindowMs: { max: 50 } })).value).to.equal(2);
  });

  it('forgives what was acknowledged without a synchronous standby where one is only preferred', async () => {
    const alone = { syncState: 'async' };
    const degraded: CrashStory = {
      ledger: { without: [old] },
      more: (journal) => journal.replica('pg-2', [15.01], alone).replica('pg-3', [15.01], alone),
    };
    expect((await losses('preferred', { ledger: { without: [old] } })).value).to.equal(1);
    const found = await losses('preferred', degraded);
    // The looks of the story itself, every 0.5 s, still find a synchronous one: when it changed is not known.
    expect([found.lower, found.upper]).to.deep.equal([0, 1]);
  });

  it('proves next to nothing by a zero, and says how little', async () => {
    expect((await losses('required')).note).to.equal(
      'none lost in 1 failover (95 %: at most 95 % of failovers lose any); ' +
        '50 writes were acknowledged in the last second before the fault',
    );
    expect(losingShareMax(5)).to.be.closeTo(0.45, 0.001);
  });

  it('is not bounded where the primary was hit and nobody took over', async () => {
    const found = await losses('required', { writes: { switches: [] } });
    expect(found).to.include({ value: 0, upper: null, note: 'no failover happened, so nothing is proved about one' });
  });

  it('is plainly 0 where no failover was to be expected', async () => {
    expect(undeclaredLosses(await steadyStory().run(), {})).to.include({ value: 0, upper: 0 });
    const anotherIsPrimary: CrashStory = { more: (journal) => journal.role(10, 'sql', 'pg-3', 'primary', 1) };
    expect(await losses('required', { ...anotherIsPrimary, writes: { switches: [] } })).to.include({
      value: 0,
      upper: 0,
    });
  });
});

describe('a failover that is expected', () => {
  it('is none of a primary that only its manager cannot reach: it should stay one', async () => {
    const story = (fault: string) =>
      steadyStory().role(1, 'sql', 'pg-1', 'primary', 1).fault(fault, { at: 20, heal: 50 });
    expect(failoverExpected(await story('isolate').run())).to.equal(true);
    expect(failoverExpected(await story('isolate-from-operator').run())).to.equal(false);
  });
});

describe('failovers', () => {
  it('are the timelines that forked off during the run', async () => {
    expect(failoversOf(await crashStory().run())).to.equal(1);
    expect(failoversOf(await crashStory({ writes: { switches: [30, 40] } }).run())).to.equal(2);
    expect(failoversOf(await steadyStory().run())).to.equal(0);
  });
});
