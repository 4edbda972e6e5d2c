import { expect } from 'chai';
import type { EventOf } from '../../journal/event.ts';
import { checkedSessions } from '../../journal/sessions/rows.ts';
import { crashStory } from '../../journal/stories.ts';
import { renderHtml } from '../../report/html/index.ts';
import { judge } from '../judge.ts';
import { lsnFloorMisses, lsnWait, periodShares, readYourWrites, readYourWritesShare } from './own-writes.ts';

interface Written {
  /** When it was acknowledged, s. */
  readonly at: number;
  /** Of the reads: when the last one missed it and the first one found it, ms after the acknowledgement. */
  readonly missed?: number;
  readonly found?: number | undefined;
  readonly isRead?: false;
  readonly outcome?: number;
  readonly floor?: number;
  readonly missedAt?: number;
}
/** Each took 4 ms to be acknowledged, and is read at once. */
function lineOf(writes: readonly Written[]): Omit<EventOf<'session'>, 'seq' | 'kind'> {
  const baseUs = writes[0]!.at * 1e6 - 4_000;
  const us = (msAfter: number | undefined) => (msAfter === undefined ? -1 : msAfter * 1_000);
  const found = writes.map((write) => ('found' in write ? write.found : write.isRead === false ? undefined : 0));
  return {
    ...{ tUs: 59e6, n: writes.length, baseUs, paths: ['direct'], errors: [], servers: ['198.18.0.23'] },
    client: writes.map((_, i) => i % 4),
    path: writes.map(() => 0),
    start: writes.map(({ at }) => at * 1e6 - 4_000 - baseUs),
    // Written as one batch at 59 s: all are closed by then.
    took: writes.map(({ at }) => 58.5e6 - at * 1e6 + 4_000),
    wrote: writes.map(() => 4_000),
    outcome: writes.map(({ outcome = 0 }) => outcome),
    error: writes.map(() => -1),
    floor: writes.map(({ floor = 0 }) => floor),
    read: writes.map(({ isRead }) => (isRead === false ? -1 : 0)),
    misses: writes.map(({ missed }) => (missed === undefined ? 0 : 2)),
    missed: writes.map(({ missed }) => us(missed)),
    missedAt: writes.map(({ missedAt = 0 }) => missedAt),
    found: found.map(us),
    server: writes.map(() => 0),
  };
}
const load = { readYourWrites: 20 };
/** The story's primary crashes at 20 s, pg-2 is primary of timeline 2 at 30 s, and writes are back at 33 s. */
const story = (...writes: Written[]) =>
  crashStory({ load, more: (journal) => journal.line('session', 59, lineOf(writes)) }).run();

describe('a batch of writes of sessions', () => {
  const row = lineOf([{ at: 10, missed: 3, found: 5 }]);
  for (const [what, change] of [
    ['a miss without its time', { missed: [-1] }],
    ['a time without a miss', { misses: [0] }],
    ['a hit before the last miss', { found: [2_000] }],
    ['a miss before the first read', { read: [4_000] }],
    ['a read after the end of its row', { took: [5_000] }],
    ['reads where none was answered', { read: [-1] }],
    ['a column that is too short', { floor: [] }],
  ] as const)
    it(`is refused with ${what}`, () => {
      expect(() => checkedSessions({ ...row, kind: 'session', seq: 0 })).not.to.throw();
      expect(() =>
        checkedSessions({ ...row, ...change, kind: 'session', seq: 0 } as unknown as EventOf<'session'>),
      ).to.throw();
    });
});

describe('own writes on replicas', () => {
  it('measures the longest that a session missed its write, between the last miss and the first hit', async () => {
    const run = await story({ at: 10 }, { at: 11, missed: 3, found: 5 }, { at: 40, missed: 700, found: 702 });
    const { value, lower, upper, evidence, note } = readYourWrites(run);
    expect([value, lower, upper]).to.deep.equal([700, 700, 702]);
    expect(evidence).to.deep.equal([run.sessions[0]!.seq + 2]);
    expect(note).to.equal('198.18.0.23; 2 of 3 first reads missed their write: before 1 of 2, after 1 of 1');
  });

  it('has no upper end where a write was never found', async () => {
    const run = await story({ at: 10 }, { at: 40, missed: 900, found: undefined });
    expect(readYourWrites(run)).to.include({ value: 900, upper: null });
    const limits = { readYourWritesMs: { max: 1_000 } };
    expect(judge(run, limits).checks.find(({ metric }) => metric === 'readYourWritesMs')!.outcome).to.equal('unknown');
  });

  it('takes the share of acknowledged writes that were read, before, during and after the failover', async () => {
    const run = await story(
      ...[{ at: 10 }, { at: 11 }, { at: 12, missed: 1, found: 2 }, { at: 13 }],
      // Failed, and never read: neither counts.
      ...[{ at: 21, outcome: 2 }, { at: 22, isRead: false } as const, { at: 31, missed: 50, found: 60 }],
      ...[{ at: 50 }, { at: 51 }],
    );
    expect(readYourWritesShare(run).value).to.be.closeTo(2 / 7, 1e-9);
    const shares = periodShares(run).map(({ period, missed, writes }) => [period, missed, writes.length]);
    expect(shares).to.deep.equal([
      ['before', 1, 4],
      ['during', 1, 1],
      ['after', 0, 2],
    ]);
  });

  it('gives the wait for the LSN as the 95th percentile, without an upper end where it never came', async () => {
    const slow = { missed: 80, found: 90 };
    const quick = Array.from({ length: 17 }, (_, i) => ({ at: 40 + i / 10, missed: 1, found: 2 }));
    expect(lsnWait(await story(...quick, { at: 45, ...slow }, { at: 45.1, ...slow }, { at: 46 }))).to.include({
      ...{ value: 90, lower: 80, upper: 90 },
      note: 'median 2.0 ms, longest 90.0 ms',
    });
    const gone = { missed: 500, found: undefined };
    expect(lsnWait(await story(...quick, { at: 45, ...gone }, { at: 45.1, ...gone }, { at: 46 })).upper).to.equal(null);
  });

  it('fails where a replica had replayed past the floor and missed the write, and passes where it had not', async () => {
    const behind = { at: 10, missed: 3, found: 5, floor: 1_000, missedAt: 999 };
    const broken = { ...behind, at: 11, missedAt: 1_000 };
    const outcome = async (...writes: Written[]) =>
      judge(await story(...writes), {}).checks.find(({ metric }) => metric === 'lsnFloorMisses')!;
    expect(await outcome(behind, { at: 58 })).to.include({ value: 0, outcome: 'pass', note: '1 write with a floor' });
    expect(await outcome(behind, broken, { at: 58 })).to.include({ value: 1, outcome: 'fail' });
  });

  it('compares no positions of two timelines', async () => {
    // Sent before the promotion, looked for after it.
    const across = { at: 19.9, missed: 12_000, found: 12_100, floor: 1_000, missedAt: 2_000 };
    const run = await story(across, { at: 50, missed: 1, found: 2, floor: 9_000, missedAt: 8_000 });
    expect(lsnFloorMisses(run)).to.include({ value: 0, note: '1 write with a floor' });
  });

  it('is not measurable without sessions, and has no limit then', async () => {
    const run = await crashStory().run();
    expect(readYourWrites(run)).to.include({ value: null });
    expect(readYourWrites(run).note).to.contain('load.readYourWrites');
    expect(judge(run, {}).checks.some(({ metric }) => metric === 'lsnFloorMisses')).to.equal(false);
    expect(renderHtml(run, judge(run))).not.to.contain('id="own-writes"');
  });

  it('is explained in the report, with the limit that broke and what helps', async () => {
    const run = await story({ at: 10 }, { at: 11, missed: 3_000, found: 3_002 }, { at: 50 });
    const verdict = judge(run, { readYourWritesMs: { max: 1_000 } });
    expect(verdict.outcome).to.equal('fail');
    const { why, advice } = verdict.reasons!.find(({ metric }) => metric === 'readYourWritesMs')!;
    expect(why).to.contain('what it had written 3.0 s before').and.contain('1 of 3 first reads missed');
    expect(advice).to.contain('pg_last_wal_replay_lsn()').and.contain('remote_apply').and.contain('all 2 replicas');
    const page = renderHtml(run, verdict);
    expect(page.match(/<details id="own-writes".*?<\/details>/s)?.[0]).to.contain('1 of 3 first reads missed');
  });
});
