/**
 * The looks are those of a pause of 81.5 s on CloudNativePG 1.30: the old primary woke, its standby streamed on past the fork
 * of the new primary, and no commit ended until the run did.
 */
import { expect } from 'chai';
import { synthetic } from '../../journal/synthetic.ts';
import { recovery } from '../advice/recovery-words.ts';
import { causeOf } from './cause.ts';
import { aheadOf } from './standby-ahead.ts';

const old = { streaming: true, timeline: 3, replayedLsn: 0x6ba0f28 };
const unreachable = { streaming: false, syncState: 'unreachable', primarySays: 'none', timeline: 3 };
/** `pg_control` of a standby names the timeline of its last restartpoint. */
const stuck = { streaming: false, syncState: 'none', primarySays: 'none', timeline: 2, replayedLsn: 0x70000a0 };

const settings = { 'cloudnativepg.lease_duration': '15 s', 'cloudnativepg.failover_delay': '0 s' };

interface Seen {
  readonly manager?: Readonly<Record<string, string>>;
  /** How far the old primary’s standby had replayed. */
  readonly lsn?: number;
  readonly note?: string;
}

/** pg-1 stands still from 20 to 35 s; pg-2 is chosen at 32 s and promoted at 40 s. */
async function story({ manager = settings, lsn = stuck.replayedLsn, note }: Seen = {}) {
  const made = synthetic({ seconds: 80 })
    .stream('pooler-1', { down: [20, 80] })
    .fault('pause-host', { at: 20, heal: 35 })
    .role(0, 'sql', 'pg-1', 'primary', 3)
    .role(31, 'platform', 'pg-1', 'lost')
    .role(32, 'platform', 'pg-2', 'elected')
    .role(40, 'sql', 'pg-2', 'primary', 4)
    .role(41, 'route', 'pg-2', 'routed');
  for (const at of [10, 36, 39]) {
    made.replica('pg-1', [at], { ...old, syncState: 'primary' });
    made.replica('pg-2', [at + 0.001], {
      streaming: at === 10,
      syncState: 'quorum',
      timeline: 3,
      replayedLsn: 0x6b95ef8,
    });
    made.replica('pg-3', [at + 0.002], { ...old, syncState: 'quorum', primarySays: 'quorum' });
  }
  for (let at = 42; at < 80; at++) {
    made.replica('pg-1', [at], unreachable);
    made.replica('pg-2', [at + 0.001], {
      syncState: 'primary',
      timeline: 4,
      replayedLsn: 0x6b95f30 + (at - 42) * 4096,
    });
    made.replica('pg-3', [at + 0.002], { ...stuck, replayedLsn: lsn });
  }
  if (note !== undefined) made.line('note', 70, { level: 'warn', text: note });
  const run = await made.end().run();
  return { ...run, stack: { ...run.stack!, settings: manager } };
}

describe('a standby that is ahead of the new primary', () => {
  it('is found by what it replayed and what the new primary had written', async () => {
    expect(aheadOf(await story())).to.have.lengthOf(1);
    expect(aheadOf(await story())[0]).to.deep.include({
      ...{ instance: 'pg-3', primary: 'pg-2', timeline: 4, lsn: 0x70000a0, primaryLsn: 0x6b95f30 },
      from: { instance: 'pg-1', timeline: 3, untilUs: 39_002_000 },
    });
  });

  it('is not found where the standby replayed no more than the new primary had written, or came back', async () => {
    expect(aheadOf(await story({ lsn: 0x6b95ef8 }))).to.deep.equal([]);
    const run = await story();
    const last = run.replicas.findLast(({ instance }) => instance === 'pg-3')!;
    const back = { ...last, streaming: true, syncState: 'quorum', tUs: last.tUs + 1 };
    expect(aheadOf({ ...run, replicas: [...run.replicas, back] })).to.deep.equal([]);
  });

  it('is the cause of commits that never end, with its evidence and what to do', async () => {
    const cause = causeOf(await story())!;
    expect(cause.phase).to.equal('standby');
    expect(cause.sentence)
      .to.contain('none streamed until the run ended')
      .and.to.contain(
        'pg-3 is ahead of pg-2, the new primary: it had replayed WAL up to 0/70000A0 of an older timeline',
      )
      .and.to.contain('timeline 4 begins at 0/6B95F30 or before')
      .and.to.contain('CloudNativePG does not repair such a standby')
      .and.to.contain(
        'pg-3 had streamed from pg-1, the old primary, until 4.0 s after the fault had ended, 7.0 s after pg-2 had been chosen.',
      );
    expect(cause.advice)
      .to.match(/^Have pg-3 cloned again: kubectl cnpg destroy pg 3 deletes the instance with its volume/)
      .and.to.contain('before current recovery point 0/70000A0” in the log of pg-3');
  });

  it('is named with Patroni’s ways to bring it back', async () => {
    const cause = causeOf(await story({ manager: { 'patroni.ttl': '20 s' } }))!;
    expect(cause.sentence).not.to.contain('CloudNativePG');
    expect(cause.advice).to.contain('pg_rewind').and.to.contain('patronictl reinit');
  });

  it('quotes the log of the standby where the run kept it', async () => {
    const note =
      'not every instance streamed again within 90s; the logs of that moment are in gave-up-1; k3s/pg-3-postgres.log says: ' +
      'LOG: new timeline 4 forked off current database system timeline 3 before current recovery point 0/70000A0';
    expect(causeOf(await story({ note }))!.sentence).to.contain(
      'The logs say: new timeline 4 forked off current database system timeline 3 before current recovery point 0/70000A0.',
    );
  });

  it('explains why a cluster is not whole again', async () => {
    const note = 'a lower bound: pg-3 did not stream at the end of the run';
    const words = recovery(await story(), { value: 60_000, lower: 60_000, upper: null, note } as never);
    expect(words.why).to.contain('pg-3 is ahead of pg-2, the new primary');
    expect(words.advice).to.contain('kubectl cnpg destroy pg 3');
  });
});
