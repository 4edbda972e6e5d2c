/** Sessions that read their own writes on a standby: a real PostgreSQL with streaming replication, healthy and with replay paused. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { startClock } from '../../journal/clock.ts';
import type { Draft } from '../../journal/event.ts';
import { checkedSessions } from '../../journal/sessions/rows.ts';
import { steadyStory } from '../../journal/stories.ts';
import { judge } from '../../measure/judge.ts';
import type { MetricName } from '../../measure/metrics.ts';
import { loadSchema } from '../../scenario/load.ts';
import { postgresFor, TestPostgres } from '../test-postgres.ts';
import { connect } from '../writers/connect.ts';
import { Pace } from '../writers/pace.ts';
import { Sessions } from './sessions.ts';
import { sessionSchemaSql } from './sql.ts';

const seconds = Number(process.env.PGDRILL_REPLICA_SECONDS ?? 4);
const limits = { readYourWritesMs: { max: 1_000 }, lsnFloorMisses: { max: 0 } };

describe('sessions that read their own writes on a standby of a real PostgreSQL', () => {
  let primary: TestPostgres;
  let standby: TestPostgres;
  before(async function () {
    this.timeout(60_000);
    primary = await postgresFor(this);
    standby = await TestPostgres.start({ standbyOf: primary });
  });
  after(async () => {
    await standby?.[Symbol.asyncDispose]();
    await primary?.[Symbol.asyncDispose]();
  });
  const ask = async (at: TestPostgres, ...statements: string[]): Promise<void> => {
    const client = await connect(at.endpoint);
    try {
      for (const sql of statements) await client.query(sql);
    } finally {
      await client.end();
    }
  };

  /** Some seconds of sessions, with `meanwhile` in the middle of them; what a drill would have concluded from them. */
  async function judged(meanwhile: () => Promise<void> = async () => {}) {
    await ask(primary, 'create schema if not exists pgdrill', sessionSchemaSql);
    const clock = startClock();
    const pace = new Pace(clock);
    const load = loadSchema.parse({ readYourWrites: 100 });
    const sessionsBetween = [primary.endpoint, standby.endpoint] as const;
    const plan = { originNs: '0', seed: 3, load, writerEndpoints: [], streams: [], sessionsBetween };
    const task = new Sessions({ plan, clock, pace, onLate: () => {} });
    const drafts: Draft<'session'>[] = [];
    try {
      await task.connect(() => {});
      task.start(clock.nowUs());
      await sleep((seconds * 1000) / 2);
      await meanwhile();
      await sleep((seconds * 1000) / 2);
      await task.stop();
      drafts.push(...(task.take(clock.nowUs()) as Draft<'session'>[]));
    } finally {
      pace.stop();
    }
    for (const draft of drafts) checkedSessions({ ...draft, seq: 0 });
    const story = steadyStory({ load: { readYourWrites: 100 }, limits }, (journal) => {
      for (const { kind: _, tUs, ...rest } of drafts) journal.line('session', tUs / 1e6, { tUs, ...rest });
    });
    const { checks, measured, outcome, reasons } = judge(await story.run());
    const of = (metric: MetricName) => measured.find((one) => one.metric === metric)!;
    const outcomeOf = (metric: MetricName) => checks.find((one) => one.metric === metric)!.outcome;
    console.log(
      `      ${of('readYourWritesMs').value} ms, ${of('readYourWritesMs').note}; ${of('lsnWaitMs').value} ms`,
    );
    return { of, outcomeOf, outcome, reasons };
  }

  it('passes on a healthy standby, and no read misses what the standby had replayed', async function () {
    this.timeout(60_000 + seconds * 1000);
    const { of, outcomeOf, outcome } = await judged();
    expect([outcomeOf('readYourWritesMs'), outcomeOf('lsnFloorMisses'), outcome]).to.deep.equal([
      'pass',
      'pass',
      'pass',
    ]);
    expect(of('lsnFloorMisses').value).to.equal(0);
    expect(of('readYourWritesShare').value).to.be.within(0, 0.9);
    expect(Number(of('lsnFloorMisses').note!.split(' ')[0]), 'writes with a floor').to.be.greaterThan(50);
  });

  it('fails where replay is paused for longer than the limit, and says what to do', async function () {
    this.timeout(60_000 + seconds * 1000);
    const { of, outcomeOf, reasons } = await judged(async () => {
      await ask(standby, 'select pg_wal_replay_pause()');
      await sleep(1_600);
      await ask(standby, 'select pg_wal_replay_resume()');
    });
    expect(outcomeOf('readYourWritesMs')).to.equal('fail');
    expect(outcomeOf('lsnFloorMisses')).to.equal('pass');
    expect(of('readYourWritesMs').value).to.be.within(1_300, 4_000);
    const { advice, why } = reasons!.find(({ metric }) => metric === 'readYourWritesMs')!;
    expect(why).to.match(/did not find on a replica what it had written \d/);
    expect(advice).to.contain('pg_last_wal_replay_lsn()').and.contain('remote_apply');
  });

  it('finds every write at once where commits wait for its replay', async function () {
    this.timeout(60_000 + seconds * 1000);
    const set = 'alter system set synchronous_standby_names';
    await ask(primary, `${set} = '*'`, 'alter system set synchronous_commit = remote_apply', 'select pg_reload_conf()');
    try {
      const { of } = await judged();
      expect(of('readYourWritesShare').value).to.equal(0);
    } finally {
      await ask(primary, `${set} = ''`, 'alter system reset synchronous_commit', 'select pg_reload_conf()');
    }
  });
});
