/** A made-up failover for the tests of the reports: a crash after 20 s, the server back after 22.9 s, the poolers later. */
import type { EventOf } from '../journal/event.ts';
import type { Run } from '../journal/run.ts';
import { type Synthetic, synthetic } from '../journal/synthetic.ts';

const seconds = 90;
export const crashAt = 20;
export const backAt = { direct: 42.9, 'pooler-1': 50.2, 'pooler-2': 65.2 } as const;
const held = '08P01 server login has been failing (server_login_retry)';

function withRoles(journal: Synthetic): void {
  journal
    .role(0, 'sql', 'pg-1', 'primary', 1)
    .role(0, 'sql', 'pg-2', 'replica', 1)
    .role(0, 'sql', 'pg-3', 'replica', 1);
  journal.role(0, 'platform', 'pg-1', 'primary', 1).role(0, 'route', 'pg-1', 'routed');
  journal.role(20.4, 'sql', 'pg-1', 'unreachable').role(22, 'route', 'pg-1', 'unrouted');
  journal.role(38.2, 'platform', 'pg-1', 'lost').role(39.9, 'platform', 'pg-2', 'elected');
  journal.role(41.6, 'sql', 'pg-2', 'primary', 2).role(41.9, 'platform', 'pg-2', 'primary', 2);
  journal.role(42.8, 'route', 'pg-2', 'routed').role(77.5, 'sql', 'pg-1', 'replica', 2);
}

function withPool(journal: Synthetic, pooler: 'pooler-1' | 'pooler-2'): void {
  for (let at = 0; at < seconds; at += 0.5) {
    const down = at >= crashAt && at < backAt[pooler];
    journal.line('pool', at, {
      ...{ pooler, database: 'myapp_dev', user: 'myapp_dev', mode: 'transaction' },
      ...{ clActive: down ? 0 : 3, clWaiting: down ? 18 : 0, svActive: down ? 0 : 2, svIdle: down ? 0 : 8 },
      ...{ svUsed: 0, svTested: 0, svLogin: down && at % 15 === 0 ? 1 : 0, maxWaitUs: 0 },
    });
  }
  for (const [at, n] of [
    [20.1, 1],
    [35.2, 1],
    [backAt[pooler], 6],
    [backAt[pooler] + 0.1, 6],
  ] as const)
    journal.line('poollog', at, {
      source: pooler,
      event: 'server-connect',
      atUs: Math.round(at * 1e6),
      n,
      text: 'new connection to server',
    });
}

const expected: EventOf<'prediction'>['phases'] = [
  { phase: 'detect', lowMs: 15_000, highMs: 20_000, why: 'patroni.ttl less the age of the lease' },
  { phase: 'promote', lowMs: 1000, highMs: 3000, why: 'WAL to replay' },
  { phase: 'route', lowMs: 500, highMs: 2000, why: 'HAProxy checks each second' },
  { phase: 'reconnect', lowMs: 0, highMs: 15_000, why: 'pgbouncer.server_login_retry' },
];

/** The story as a synthetic journal, not yet ended. */
export function sampleJournal(): Synthetic {
  const journal = synthetic({ seconds, limits: { writeOutageMs: { max: 30_000 }, undeclaredLosses: { max: 0 } } });
  const down = (to: number) => ({ from: crashAt, to, how: 'reset', error: held }) as const;
  for (const stream of ['direct', 'pooler-1', 'pooler-2'] as const)
    journal.stream(stream, { down: down(backAt[stream]) });
  journal.writes({ perSecond: 200, workers: 40, switches: [crashAt + 1], down: down(backAt['pooler-2']) });
  journal.line('prediction', 1, { lowMs: 17_000, highMs: 45_000, phases: expected });
  journal.phase(1, 'steady').phase(crashAt, 'fault').phase(75, 'settle').phase(seconds, 'verify');
  journal.fault('crash', { at: crashAt, heal: 75 });
  withRoles(journal);
  withPool(journal, 'pooler-1');
  withPool(journal, 'pooler-2');
  const late = { lateP50Us: 90, lateP99Us: 1400, lateMaxUs: 5200, cpuUs: 9e6, wallUs: 9e7 };
  journal.line('generator', seconds, { source: 'writers', n: 18_000, ...late });
  return journal.replica('pg-1', [80]).replica('pg-3', [45, 80]).ledger().residue();
}

let read: Promise<Run> | undefined;
/** Read once, however many tests use it. */
const wholeRun = (): Promise<Run> => (read ??= sampleJournal().end().run());

/** The run as it is read back, with the header of a real one. Parts can be replaced, as by a cut journal. */
export async function sampleRun(changes: Partial<Run> = {}): Promise<Run> {
  const whole = await wholeRun();
  const header = {
    ...whole.header,
    topology: { instances: 3, durability: 'required', pooler: { instances: 2, mode: 'transaction', poolSize: 25 } },
    load: { writers: 40, ratePerSecond: 200, giveUpMs: 5000 },
    changed: { server_login_retry: '15' },
    seed: 42,
    command: 'pgdrill run primary-crash --with server_login_retry=15 --seed 42',
  };
  const versions = { postgresql: '17.6', patroni: '4.0.7', pgbouncer: '1.24.1', etcd: '3.5.16' };
  const settings = { 'pgbouncer.server_login_retry': '15 s', 'patroni.ttl': '20 s', 'patroni.loop_wait': '5 s' };
  return { ...whole, header, stack: { ...whole.stack!, versions, settings }, ...changes };
}

/** A journal that was cut off right after its first line. */
export async function cutRun(): Promise<Run> {
  const whole = await wholeRun();
  const none = { slots: new Map(), stack: undefined, prediction: undefined, end: undefined, lastUs: 0 };
  const lists = { phases: [], roles: [], faults: [], pools: [], poolLogs: [], replicas: [], ledgers: [], residues: [] };
  return { ...whole, ...none, ...lists, generators: [], ops: noOps(whole.ops), defects: ['the last line is torn'] };
}

const noOps = (ops: Run['ops']): Run['ops'] => ({
  ...ops,
  ...{ n: 0, seq: new Uint32Array(), worker: new Int32Array(), op: new Int32Array(), dueUs: new Float64Array() },
  ...{
    lateUs: new Int32Array(),
    sentAfterUs: new Int32Array(),
    sentUs: new Float64Array(),
    doneUs: new Float64Array(),
    outcome: new Uint8Array(),
  },
  ...{ error: new Int32Array(), server: new Int16Array(), timeline: new Uint16Array(), lsn: new Float64Array() },
});
