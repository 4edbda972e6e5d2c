import { expect } from 'chai';
import { connected, type PoolerStory, poolerStory } from '../../journal/pooler-story.ts';
import type { Run } from '../../journal/run.ts';
import { drain } from './drain.ts';
import { cutsOf, gapsBetween, missingWithin } from './log-cuts.ts';
import { rejectedConnections } from './rejections.ts';
import { connectAmplification, hold, peakServerConnects, storm } from './storm.ts';

type Cut = readonly [from: number, until: number];

/** As the follower notes that lines are missing; times in seconds. */
const cutNote = (cuts: readonly Cut[]) => ({
  ...{ level: 'warn' as const, text: 'the log of pooler-1 lacks lines' },
  logCut: {
    source: 'pooler-1',
    seconds: cuts.map(([from, until]) => ({ fromUs: from * 1e6, untilUs: until * 1e6, least: 0, most: 99 })),
  },
});
const run = (cuts: readonly Cut[], story: PoolerStory = {}): Promise<Run> =>
  poolerStory({
    ...story,
    more: (journal) => {
      story.more?.(journal);
      if (cuts.length > 0) journal.line('note', 89, cutNote(cuts));
    },
  }).run();

const afterReturn: readonly Cut[] = [
  [31, 32],
  [32, 33],
];
const why = 'a lower bound: CloudNativePG’s manager left lines out of the log of pooler-1';

describe('a count from a log that lacks lines', () => {
  it('is a lower bound of the connections that were opened, and says why', async () => {
    const found = connectAmplification(await run(afterReturn));
    expect(found).to.include({ value: 0.4, lower: 0.4, upper: null });
    expect(found.note).to.contain(`together 4; ${why} (in 1.0 s)`);
    expect(connectAmplification(await run([[60, 61]]))).to.include({ value: 0.4, lower: 0.4, upper: 0.4 });
  });

  it('leaves a storm open that the lines do not show, and certain where they do', async () => {
    const open = storm(await run(afterReturn));
    expect(open).to.include({ value: 0, lower: 0, upper: null });
    expect(open.note).to.equal(`no storm is certain: at least 0.40 × the pool opened; ${why} (in 1.0 s)`);
    const opened = Array.from({ length: 6 }, (_, i): [number, number] => [31.5 + i, 5]);
    const seen = storm(await run(afterReturn, { opened }));
    expect(seen.lower).to.be.above(5_000);
    expect(seen.note).to.match(/^a storm: 3.00 × the pool opened; a lower bound/);
  });

  it('does not prove that a pooler was calm: the end of the storm may be later', async () => {
    const exact = drain(await run([]));
    const found = drain(await run(afterReturn));
    expect(exact.upper).to.be.below(1_500);
    expect(found.lower).to.equal(exact.lower);
    expect(found.upper).to.be.within(2_000, 4_000);
    expect(found.note).to.contain(why);
  });

  it('does not show that a pooler opened nothing: a hold is certain only where the log is whole', async () => {
    const story: PoolerStory = { poolerBack: 44, opened: [[43.9, 4]] };
    const cut = hold(await run([[35, 36]], story));
    expect(cut.value).to.be.within(7_800, 8_000);
    expect(cut.upper).to.be.above(12_800);
    expect(cut.note).to.contain(why);
    const all = hold(await run([[31, 43.9]], story));
    expect(all).to.include({ value: 0, lower: 0 });
    expect(all.upper).to.be.above(12_800);
    expect(all.note).to.match(/^no hold is certain; a lower bound/);
  });

  it('is a lower bound of the peak and of the log-ins that were refused', async () => {
    const more: PoolerStory['more'] = (journal) =>
      journal
        .line('stack', 0.01, poolerStack)
        .line('poollog', 32, { ...connected(32, 2), event: 'error', text: 'FATAL sorry, too many clients already' });
    const cut = await run(afterReturn, { more });
    expect(peakServerConnects(cut)).to.include({ value: 4, lower: 4, upper: null });
    expect(rejectedConnections(cut)).to.include({ value: 2, lower: 2, upper: null });
    expect(rejectedConnections(cut).note).to.contain(why);
    const whole = await run([], { more });
    expect(rejectedConnections(whole)).to.include({ value: 2, upper: 2 });
    expect(peakServerConnects(whole).upper).to.be.a('number');
  });
});

const poolerStack = {
  ...{ versions: {}, settings: { 'pgbouncer.default_pool_size': '10' }, instances: [], poolers: ['pooler-1'] },
  ...{ streams: [], path: 'TCP' },
};

describe('the seconds in which a log lacks lines', () => {
  /** A journal of k3s without a note, with so many events in each second from the tenth on. */
  const noted = (perSecond: readonly number[], stack: 'k3s' | 'lab' = 'k3s') =>
    poolerStory({
      more: (journal) => {
        journal.line('stack', 0.01, poolerStack);
        perSecond.forEach((n, i) => {
          if (n > 0)
            journal.line('poollog', 40 + i, { ...connected(40 + i, n), event: 'error', text: 'server_login_retry' });
        });
      },
    })
      .run()
      .then((found): Run => ({ ...found, header: { ...found.header, stack } }));
  const steady = (n: number, seconds: number) => Array<number>(seconds).fill(n);

  it('are recognized in an older journal, where the log stands at 100 events a second for ten', async () => {
    const found = await noted([60, ...steady(101, 10), 30, 10]);
    expect(cutsOf(found, 'pooler-1')).to.have.length(12);
    expect(missingWithin(cutsOf(found, 'pooler-1'), 45e6, 46e6)).to.equal(Number.POSITIVE_INFINITY);
    expect(missingWithin(cutsOf(found, 'pooler-1'), 60e6, 61e6)).to.equal(0);
  });

  it('are none of a log with fewer events, with more, for less long, or of the lab', async () => {
    for (const one of [
      noted(steady(80, 12)),
      noted([...steady(101, 12), ...steady(150, 10)]),
      noted(steady(101, 8)),
      noted(steady(101, 12), 'lab'),
    ])
      expect(cutsOf(await one, 'pooler-1')).to.deep.equal([]);
  });

  it('split what is between two lines', () => {
    const gaps = (cuts: readonly Cut[]) =>
      gapsBetween(
        0,
        100,
        [10, 50],
        cuts.map(([fromUs, untilUs]) => ({ fromUs, untilUs, most: 99 })),
      ).map(({ fromUs, untilUs }) => untilUs - fromUs);
    expect(gaps([])).to.deep.equal([10, 40, 50]);
    expect(gaps([[20, 30]])).to.deep.equal([10, 10, 20, 50]);
    expect(gaps([[5, 60]])).to.deep.equal([5, 0, 0, 40]);
  });
});
