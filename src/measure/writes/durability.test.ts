import { expect } from 'chai';
import { readRun } from '../../journal/read.ts';
import { type CrashStory, crashStory, steadyStory } from '../../journal/stories.ts';
import { type Synthetic, synthetic } from '../../journal/synthetic.ts';
import type { OpRow } from '../../journal/synthetic-load.ts';
import { failoverExpected, failoversFor, failoversOf, losingShareMax, undeclaredLosses } from './durability.ts';

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

  it('forgives only what was acknowledged while no standby was synchronous, not before and not after', async () => {
    const journal = synthetic({ durability: 'preferred' }).writes();
    const looks = Array.from({ length: 120 }, (_, i) => i / 2);
    for (const at of looks) {
      journal.replica('pg-1', [at], { syncState: 'primary' });
      journal.replica('pg-2', [at], at >= 10 && at <= 15 ? { streaming: false, syncState: '' } : {});
    }
    const keyAt = (second: number): [number, number] => [(second * 50) % 4, Math.floor((second * 50) / 4)];
    const run = await journal.ledger({ without: [keyAt(5), keyAt(12), keyAt(18)] }).run();
    expect(undeclaredLosses(run, {})).to.include({ lower: 2, upper: 2, note: '3 writes lost; durability preferred' });
  });

  it('cites the lost writes and the read of the primary', async () => {
    const run = await crashStory({ ledger: { without: [recent, old] } }).run();
    const { seq } = run.ledgers.find(({ role }) => role === 'primary')!;
    const lost = [old, recent].map(([worker, op]) => run.ops.seq[op * 4 + worker]);
    expect(undeclaredLosses(run, {}).evidence).to.deep.equal([...lost, seq]);
  });

  it('is not measurable without a read of the primary, or where the ledger contradicts itself', async () => {
    const unread = await synthetic().writes().run();
    expect(undeclaredLosses(unread, {})).to.include({
      value: null,
      note: 'not measurable: the ledger of the primary was not read',
    });
    const twoOfOneKey = await losses('required', { writes: { change: (rows) => void (rows[8]!.op = 1) } });
    expect(twoOfOneKey.value).to.equal(null);
    expect(twoOfOneKey.note).to.contain('the journal gives 1 key to more than one write');
  });

  it('is plainly 0 after a failover, and where the scenario forbids one and none came', async () => {
    expect(await losses('required')).to.include({ value: 0, upper: 0 });
    const stays = await losses('required', { writes: { switches: [] } }, { promotions: { max: 0 } });
    expect(stays).to.include({ value: 0, upper: 0 });
    const mayCome = await losses('required', { writes: { switches: [] } }, { promotions: { max: 1 } });
    expect(mayCome.upper).to.equal(null);
  });

  it('counts the acknowledged among the writes of the last second, with or without a warning', async () => {
    const noteWith = async (outcome: 1 | 2) =>
      (await losses('required', { writes: { change: (rows) => void (rows[990]!.outcome = outcome) } })).note;
    expect(await noteWith(1)).to.contain('50 writes were acknowledged in the last second');
    expect(await noteWith(2)).to.contain('49 writes were acknowledged in the last second');
    const noFault = synthetic()
      .writes({ switches: [30] })
      .ledger();
    expect(undeclaredLosses(await noFault.run(), {}).note).to.contain('0 writes were acknowledged');
  });

  it('proves next to nothing by a zero, and says how little', async () => {
    expect((await losses('required')).note).to.equal(
      'none lost in 1 failover (95 %: at most 95 % of failovers lose any); ' +
        '50 writes were acknowledged in the last second before the fault',
    );
    expect(losingShareMax(5)).to.be.closeTo(0.45, 0.001);
    expect(failoversFor(0.1)).to.equal(29);
    expect(losingShareMax(29)).to.be.below(0.1);
    expect(losingShareMax(28)).to.be.above(0.1);
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

describe('a failover after a fault', () => {
  const isExpected = async (fault: string, roles: (journal: Synthetic) => Synthetic) =>
    failoverExpected(await roles(synthetic().fault(fault, { at: 20 })).run());
  const another = (journal: Synthetic) => journal.role(1, 'sql', 'pg-3', 'primary', 1);

  it('is expected of a fault that this version does not know', async () => {
    expect(await isExpected('of-a-later-version', (journal) => journal.role(1, 'sql', 'pg-1', 'primary', 1))).to.equal(
      true,
    );
    expect(await isExpected('of-a-later-version', another)).to.equal(false);
  });

  it('is expected where nobody saw which instance was the primary', async () => {
    expect(await isExpected('crash', (journal) => journal)).to.equal(true);
  });

  it('is expected of a switchover, whichever instance it names', async () => {
    expect(await isExpected('switchover', another)).to.equal(true);
    expect(await isExpected('crash', another)).to.equal(false);
  });

  it('is judged by the instances, not by where a pooler sends writes', async () => {
    const routed = (journal: Synthetic) =>
      journal.role(1, 'sql', 'pg-1', 'primary', 1).role(2, 'route', 'pg-3', 'primary');
    expect(await isExpected('crash', routed)).to.equal(true);
  });
});

describe('failovers', () => {
  it('are none of before the run, whatever the first write says', async () => {
    const failovers = async (change: (rows: OpRow[]) => void) => {
      const events = crashStory({ writes: { change } }).events();
      const older = { timeline: 1, lsn: 1 };
      const withHistory = events.map((event) =>
        event.kind === 'ledger' ? { ...event, forks: [older, { timeline: 2, lsn: 2 }] } : event,
      );
      return failoversOf(await readRun(withHistory.map((event) => JSON.stringify(event))));
    };
    expect(await failovers(() => {})).to.equal(1);
    expect(await failovers((rows) => void (rows[0]!.timeline = 0))).to.equal(1);
    // No write names its timeline: the roles do.
    expect(await failovers((rows) => rows.forEach((row) => void (row.timeline = 0)))).to.equal(1);
    expect(
      failoversOf(
        await synthetic()
          .writes({ switches: [30] })
          .run(),
      ),
      'nothing was read',
    ).to.equal(0);
  });

  it('are the timelines that forked off during the run', async () => {
    expect(failoversOf(await crashStory().run())).to.equal(1);
    expect(failoversOf(await crashStory({ writes: { switches: [30, 40] } }).run())).to.equal(2);
    expect(failoversOf(await steadyStory().run())).to.equal(0);
  });
});
