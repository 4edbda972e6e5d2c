import { expect } from 'chai';
import fc from 'fast-check';
import { readRun } from '../journal/read.ts';
import { type CrashStory, crashStory, steadyStory } from '../journal/stories.ts';
import type { OpRow, SlotRow } from '../journal/synthetic-load.ts';
import { judge } from './judge.ts';
import type { MetricName } from './metrics.ts';
import type { Result, Verdict } from './verdict.ts';

const rank: Record<Result, number> = { pass: 0, unknown: 1, fail: 2 };
const judged = async (story: CrashStory = {}): Promise<Verdict> => judge(await crashStory(story).run());
const outcomeOf = ({ checks }: Verdict, metric: MetricName): Result | undefined =>
  checks.find((check) => check.metric === metric)?.outcome;

/** Changes the write whose acknowledgement came last before `seconds`. */
const lastBefore = (rows: OpRow[], seconds: number): OpRow =>
  rows.filter(({ dueUs, outcome }) => dueUs < seconds * 1e6 && outcome === 0).at(-1)!;

describe('a drill in which all went well', () => {
  it('passes, and says so in one sentence', async () => {
    const verdict = await judged();
    expect(verdict.doubts).to.deep.equal([]);
    expect(verdict.outcome).to.equal('pass');
    expect(verdict.sentence).to.equal(
      'PASS primary-crash: writes were down 13.0 s ± 0.1 (limit 30 s); PostgreSQL itself was back after 11.0 s, ' +
        'PgBouncer added 2.0 s. No acknowledged write was lost (2,350 checked).',
    );
  });

  it('measures everything that it has evidence for', async () => {
    const { measured } = await judged();
    const unknown = measured.filter(({ value }) => value === null).map(({ metric }) => metric);
    const ofOtherDrills =
      /backup|restore|pitr|archive|alert|assertion|requestsFailed|^client(Recovery|Requests)|stuckClients|wrongServer|retryDup|preparedSt|isolation|replicaAnomalies|readYourWrites|lsnWait|lsnFloor|replayLag|walPeak|slotKept|lostSlots/i;
    expect(unknown.filter((metric) => !ofOtherDrills.test(metric))).to.deep.equal(['freshWriteOutageMs']);
  });

  it('passes without a fault, too', async () => {
    const verdict = judge(await steadyStory().run());
    expect(verdict.sentence).to.equal(
      'PASS steady: writes were never down. No acknowledged write was lost (1,500 checked).',
    );
  });
});

describe('a defect turns the verdict red:', () => {
  const defects: Record<string, { story: CrashStory; metric: MetricName | undefined; outcome: Result }> = {
    'a row of the ledger dropped': {
      story: { ledger: { without: [[1, 5]] } },
      metric: 'undeclaredLosses',
      outcome: 'fail',
    },
    'an acknowledgement faked for a write that was never made': {
      story: {
        writes: {
          change: (rows) => {
            const failed = rows.find(({ outcome }) => outcome === 2)!;
            Object.assign(failed, { outcome: 0, sentUs: failed.dueUs, timeline: 1 });
          },
        },
        ledger: { without: [[0, 250]] },
      },
      metric: 'undeclaredLosses',
      outcome: 'fail',
    },
    'a duplicate row': {
      story: { ledger: { twice: [[1, 5]] } },
      metric: 'duplicatedWrites',
      outcome: 'fail',
    },
    'a failed write whose row exists': {
      story: { ledger: { with: [[0, 260]] } },
      metric: 'resurrectedWrites',
      outcome: 'fail',
    },
    'a row that nobody wrote': { story: { ledger: { with: [[7, 3]] } }, metric: 'foreignWrites', outcome: 'fail' },
    'a stale read on the primary': {
      story: { direct: { change: (rows) => void (rows[400]!.saw -= 2) } },
      metric: 'primaryStaleReads',
      outcome: 'fail',
    },
    'something left behind': { story: { residue: ['iptables rule'] }, metric: 'residue', outcome: 'fail' },
    'a process that was stopped and left': {
      story: { residue: ['stopped: postgres 4711'] },
      metric: 'residue',
      outcome: 'fail',
    },
    'a generator that stood still': {
      story: { more: (journal) => journal.line('stall', 45, { source: 'probes', fromUs: 36e6, untilUs: 45e6 }) },
      metric: 'writeOutageMs',
      outcome: 'unknown',
    },
    'a heal before the recovery': { story: { healAt: 32 }, metric: 'writeOutageMs', outcome: 'unknown' },
    'a split brain': {
      story: {
        writes: {
          change: (rows) => {
            const late = lastBefore(rows, 40);
            Object.assign(late, { timeline: 1, lsn: 0 });
          },
        },
      },
      metric: 'splitBrainMs',
      outcome: 'fail',
    },
    'a standby that had caught up and lacks a write': {
      story: {
        more: (journal) => journal.ledger({ instance: 'pg-3', role: 'replica', at: 61.5, without: [[2, 7]] }),
      },
      metric: 'undeclaredLosses',
      outcome: 'fail',
    },
    'no failover at all, so that a zero proves nothing': {
      story: { writes: { switches: [] }, ledger: { instance: 'pg-1' } },
      metric: 'undeclaredLosses',
      outcome: 'unknown',
    },
    'slots that are missing': {
      story: { pooler1: { until: 40 } },
      metric: 'writeOutageMs',
      outcome: 'unknown',
    },
  };
  for (const [name, { story, metric, outcome }] of Object.entries(defects)) {
    it(name, async () => {
      const verdict = await judged(story);
      expect(metric && outcomeOf(verdict, metric)).to.equal(outcome);
      expect(verdict.outcome).to.equal(outcome);
    });
  }

  it('a stale read on a replica, where that has a limit', async () => {
    const limits = { staleReadMs: { max: 1_000 } };
    const reads = (most: number) => ({
      limits,
      readonly: { change: (rows: SlotRow[]) => rows.forEach((row, i) => void (row.saw = Math.min(i - 1, most))) },
    });
    expect((await judged(reads(5_000))).outcome).to.equal('pass');
    expect((await judged(reads(800))).outcome).to.equal('fail');
  });

  it('an end that is missing, or not the proper one', async () => {
    const lines = crashStory().lines();
    const cut = judge(await readRun(lines.slice(0, -1)));
    expect(cut.outcome).to.equal('unknown');
    expect(cut.sentence).to.contain('Not a pass, because the journal has no end: the run was cut off.');
    const interrupted = lines.at(-1)!.replace('"done"', '"interrupted"');
    const early = judge(await readRun([...lines.slice(0, -1), interrupted]));
    expect([early.outcome, early.doubts]).to.deep.equal(['unknown', ['the run was interrupted']]);
  });

  it('a fault that was never proved to have taken effect', async () => {
    const events = crashStory()
      .events()
      .map((event) => (event.kind === 'fault' && event.step === 'effective' ? { ...event, id: 'x' } : event));
    const verdict = judge(await readRun(events.map((event) => JSON.stringify(event))));
    expect(verdict.outcome).to.equal('unknown');
    expect(verdict.doubts).to.include('crash of pg-1 was never proved to have taken effect');
  });

  it('a measure that throws', async () => {
    const broken = {
      metrics: ['residue'] as const,
      take: () => {
        throw new Error('division by zero');
      },
    };
    const verdict = judge(await crashStory().run(), { residue: { max: 0 } }, [broken]);
    expect(verdict.outcome).to.equal('unknown');
    expect(verdict.doubts).to.deep.equal(['the measure of residue failed: division by zero']);
  });

  it('a limit that this version does not know', async () => {
    const verdict = judge(await crashStory().run(), { moonPhase: { max: 1 } });
    expect(verdict.outcome).to.equal('unknown');
    expect(verdict.doubts[0]).to.contain('there is a limit on moonPhase, which this version does not know');
  });
});

describe('a judgement', () => {
  it('takes other limits than the scenario’s', async () => {
    const run = await crashStory().run();
    expect(judge(run, { writeOutageMs: { max: 5_000 } }).outcome).to.equal('fail');
    expect(judge(run, { writeOutageMs: { max: 13_000 } }).outcome).to.equal('unknown');
    expect(judge(run, { writeOutageMs: { max: 14_000 } }).outcome).to.equal('pass');
  });

  it('holds residue to nothing, whatever limits are given', async () => {
    const run = await crashStory({ residue: ['a rule'] }).run();
    expect(judge(run, {}).outcome).to.equal('fail');
    expect(judge(run, { residue: { max: 5 } }).outcome).to.equal('fail');
  });

  it('says fail rather than unknown', async () => {
    const run = await crashStory({ healAt: 32, ledger: { without: [[1, 5]] } }).run();
    expect(judge(run).outcome).to.equal('fail');
  });

  it('is the same whenever the run’s clock began', async () => {
    const stall = { source: 'probes', fromUs: 31e6, untilUs: 31.6e6 };
    // The lines that the story is given are shifted with the rest.
    const more: CrashStory['more'] = (journal) => journal.line('stall', 32, stall);
    const { measured, outcome, sentence } = await judged({ more });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -1e9, max: 1e12 }), async (shiftUs) => {
        const shifted = await judged({ more, shiftUs });
        expect(shifted.measured).to.deep.equal(measured);
        expect([shifted.outcome, shifted.sentence]).to.deep.equal([outcome, sentence]);
      }),
      { numRuns: 5 },
    );
  });

  it('is never a pass if the journal was cut anywhere', async () => {
    const lines = crashStory({ stepUs: 100_000, writes: { perSecond: 10 } }).lines();
    expect(judge(await readRun(lines)).outcome).to.equal('pass');
    const whole = fc.integer({ min: 1, max: lines.length - 1 });
    await fc.assert(
      fc.asyncProperty(whole, fc.double({ min: 0, max: 0.99, noNaN: true }), async (n, part) => {
        const torn = lines[n]!.slice(0, Math.floor(part * lines[n]!.length));
        expect(judge(await readRun([...lines.slice(0, n), torn])).outcome).not.to.equal('pass');
      }),
      { numRuns: 40 },
    );
  });

  it('is never a pass if a line was taken out', async () => {
    const lines = crashStory({ stepUs: 100_000, writes: { perSecond: 10 } }).lines();
    // Hundreds of looks at standbys are much alike: every tenth of them, and every other line.
    const taken = lines.flatMap((line, i) => (i < 2 || (line.includes('"kind":"replica"') && i % 10 > 0) ? [] : [i]));
    expect(taken.length).to.be.greaterThan(100);
    for (const i of taken) expect(judge(await readRun(lines.toSpliced(i, 1))).outcome, lines[i]).not.to.equal('pass');
  });

  it('is never improved by taking an acknowledged row away', async () => {
    const writes = { perSecond: 10 };
    const base = { stepUs: 100_000, writes };
    const key = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 45 }));
    const durability = fc.constantFrom('required', 'preferred', 'asynchronous');
    await fc.assert(
      fc.asyncProperty(durability, fc.uniqueArray(key, { maxLength: 3 }), key, async (declared, without, more) => {
        const outcome = async (keys: typeof without) =>
          judged({ ...base, durability: declared, ledger: { without: keys } });
        const before = await outcome(without);
        const after = await outcome([...without, more]);
        expect(rank[after.outcome]).to.be.at.least(rank[before.outcome]);
      }),
      { numRuns: 30 },
    );
  });
});
