/** A made-up failover for the tests of the reports: a crash after 20 s, the server back after 22.9 s, the poolers later. */
import { streamSchema } from '../journal/event.ts';
import type { Connects, Ops, Run, Slots } from '../journal/run.ts';

const second = 1e6;
export const crashUs = 20 * second;
export const backUs = { direct: 42.9 * second, 'pooler-1': 50.2 * second, 'pooler-2': 65.2 * second } as const;
const seconds = 90;
const oldServer = '198.18.0.21/32';
const newServer = '198.18.0.22/32';

/** The same pseudo-random numbers each time. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

function slotsOf(name: keyof typeof backUs, fromSeq: number): Slots {
  const random = sequence(fromSeq);
  const stepUs = 10_000;
  const n = (seconds * second) / stepUs;
  const dueUs = Float64Array.from({ length: n }, (_, i) => i * stepUs);
  const down = (us: number) => us >= crashUs && us < backUs[name];
  const path = name === 'direct' ? 'direct' : 'pooler';
  return {
    stream: streamSchema.parse({ name, path, fresh: false, stepUs, limitUs: second }),
    n,
    seq: dueUs.map((_, i) => fromSeq + i),
    slot: Int32Array.from(dueUs, (_, i) => i),
    dueUs,
    startUs: dueUs.map((us) => us + 100),
    doneUs: dueUs.map((us) => (down(us) ? us + second : us + 1500 + 6000 * random() ** 6)),
    outcome: Uint8Array.from(dueUs, (us) => (down(us) ? (us % 50_000 === 0 ? 1 : 2) : 0)),
    error: Int32Array.from(dueUs, (us) => (down(us) ? 0 : -1)),
    errors: ['08P01 server login has been failing (server_login_retry)'],
    server: Int32Array.from(dueUs, (us) => (down(us) ? -1 : us < crashUs ? 0 : 1)),
    servers: [oldServer, newServer],
    saw: Int32Array.from(dueUs, (_, i) => i - 1),
  };
}

function opsOf(n: number, fromSeq: number): Ops {
  const random = sequence(7);
  const writers = 40;
  const dueUs = Float64Array.from({ length: n }, (_, i) => (i * seconds * second) / n);
  const back = (i: number) =>
    (i % 2 ? backUs['pooler-1'] : backUs['pooler-2']) + ((i % writers) / writers) * 3 * second;
  const down = dueUs.map((us, i) => (us >= crashUs && us < back(i % writers) ? 1 : 0));
  const outcome = Uint8Array.from(dueUs, (us, i) => (!down[i] ? 0 : us < crashUs + 0.2 * second ? 3 : 2));
  return {
    n,
    seq: dueUs.map((_, i) => fromSeq + i),
    worker: Int32Array.from(dueUs, (_, i) => i % writers),
    op: Int32Array.from(dueUs, (_, i) => Math.floor(i / writers)),
    dueUs,
    lateUs: Int32Array.from(dueUs, () => Math.floor(random() * 300)),
    sentUs: dueUs.map((us, i) => (down[i] && outcome[i] === 2 ? Number.NaN : us + 300)),
    doneUs: dueUs.map((us, i) => (down[i] ? us + 900_000 * random() : us + 2000 + 30_000 * random() ** 9)),
    outcome,
    error: Int32Array.from(dueUs, (_, i) => (down[i] ? (outcome[i] === 3 ? 1 : i % 5 ? 0 : 2) : -1)),
    errors: ['08P01 server_login_retry', '08006 connection reset', 'ECONNREFUSED connection refused'],
    server: Int32Array.from(dueUs, (us, i) => (down[i] ? -1 : us < crashUs ? 0 : 1)),
    servers: [oldServer, newServer],
    timeline: Int32Array.from(dueUs, (us, i) => (down[i] ? 0 : us < crashUs ? 1 : 2)),
    lsn: dueUs.map((us, i) => (down[i] ? 0 : 50_000_000 + us / 10)),
  };
}

const noConnects: Connects = {
  n: 0,
  seq: new Float64Array(),
  client: new Int32Array(),
  path: new Int32Array(),
  paths: [],
  startUs: new Float64Array(),
  doneUs: new Float64Array(),
  outcome: new Uint8Array(),
  error: new Int32Array(),
  errors: [],
};
export const noOps = (): Ops => opsOf(0, 0);

const header: Run['header'] = {
  seq: 0,
  tUs: 0,
  kind: 'run',
  format: 1,
  id: '20261122-164000-primary-crash',
  startedAt: '2026-11-22T16:40:00Z',
  scenario: {
    name: 'primary-crash',
    asks: 'How long do writes stop, and is any acknowledged write lost?',
    hash: 'a1b2c3d4',
  },
  stack: 'lab',
  topology: { instances: 3, durability: 'required', pooler: { instances: 2, mode: 'transaction', poolSize: 25 } },
  load: { writers: 40, ratePerSecond: 200, giveUpMs: 5000 },
  limits: { writeOutageMs: { max: 30_000 }, undeclaredLosses: { max: 0 }, recoveryMs: { max: 120_000 } },
  changed: { server_login_retry: '15' },
  seed: 42,
  host: { os: 'Debian GNU/Linux 12', kernel: '6.1.0', cpus: 2, memoryBytes: 24 * 2 ** 30, node: 'v24.21.0' },
  command: 'pgdrill run primary-crash --with server_login_retry=15 --seed 42',
};

function rolesOf(): Run['roles'] {
  const seen = [
    ['sql', 'pg-1', 'primary', 0, 1],
    ['sql', 'pg-2', 'replica', 0, 1],
    ['sql', 'pg-3', 'replica', 0, 1],
    ['platform', 'pg-1', 'primary', 0, 1],
    ['route', 'pg-1', 'routed', 0, 1],
    ['sql', 'pg-1', 'unreachable', 20.4, 1],
    ['platform', 'pg-1', 'lost', 38.2, 1],
    ['platform', 'pg-2', 'elected', 39.9, 1],
    ['route', 'pg-1', 'unrouted', 22, 1],
    ['sql', 'pg-2', 'primary', 41.6, 2],
    ['platform', 'pg-2', 'primary', 41.9, 2],
    ['route', 'pg-2', 'routed', 42.8, 2],
    ['sql', 'pg-1', 'replica', 75, 2],
  ] as const;
  return seen.map(([observer, instance, role, at, timeline], i) => ({
    seq: 50_000 + i,
    tUs: at * second,
    kind: 'role',
    observer,
    instance,
    role,
    timeline,
    afterUs: Math.max(0, at - 0.3) * second,
  }));
}

function poolsOf(): Run['pools'] {
  const every = 0.5;
  return ['pooler-1', 'pooler-2'].flatMap((pooler, p) =>
    Array.from({ length: seconds / every }, (_, i) => {
      const tUs = i * every * second;
      const down = tUs >= crashUs && tUs < (p === 0 ? backUs['pooler-1'] : backUs['pooler-2']);
      return {
        seq: 60_000 + p * 1000 + i,
        tUs,
        kind: 'pool' as const,
        pooler,
        database: 'myapp_dev',
        user: 'myapp_dev',
        mode: 'transaction',
        clActive: down ? 0 : 3,
        clWaiting: down ? 18 : 0,
        svActive: down ? 0 : 2,
        svIdle: down ? 0 : 8,
        svUsed: 0,
        svTested: 0,
        svLogin: down && i % 30 === 0 ? 1 : 0,
        maxWaitUs: down ? tUs - crashUs : 0,
      };
    }),
  );
}

const fault = (step: 'inject' | 'effective' | 'heal' | 'healed', at: number, seq: number, proof?: string) => ({
  seq,
  tUs: at * second,
  kind: 'fault' as const,
  id: 'fault-1',
  fault: 'crash',
  target: 'pg-1',
  step,
  beforeUs: (at - 0.005) * second,
  afterUs: (at + 0.005) * second,
  ...(proof && { proof }),
});

/** The run; `operations` writes of it. Parts can be replaced, as by a cut journal. */
export function sampleRun(changes: Partial<Run> = {}, operations = 18_000): Run {
  const slots = new Map([
    ['direct', slotsOf('direct', 100_000)],
    ['pooler-1', slotsOf('pooler-1', 200_000)],
    ['pooler-2', slotsOf('pooler-2', 300_000)],
  ]);
  return {
    header,
    stack: {
      seq: 1,
      tUs: 1000,
      kind: 'stack',
      versions: { postgresql: '17.6', patroni: '4.0.7', pgbouncer: '1.24.1', etcd: '3.5.16' },
      settings: { 'pgbouncer.server_login_retry': '15 s', 'patroni.ttl': '20 s', 'patroni.loop_wait': '5 s' },
      instances: [1, 2, 3].map((i) => ({ name: `pg-${i}`, address: `198.18.0.2${i}`, host: `pg-${i}` })),
      poolers: ['pooler-1', 'pooler-2'],
      streams: [...slots.values()].map((one) => one.stream),
      path: 'one bridge with no way out',
    },
    prediction: {
      seq: 2,
      tUs: 2000,
      kind: 'prediction',
      lowMs: 17_000,
      highMs: 45_000,
      phases: [
        { phase: 'detect', lowMs: 15_000, highMs: 20_000, why: 'patroni.ttl less the age of the lease' },
        { phase: 'promote', lowMs: 1000, highMs: 3000, why: 'WAL to replay' },
        { phase: 'route', lowMs: 500, highMs: 2000, why: 'HAProxy checks each second' },
        { phase: 'reconnect', lowMs: 0, highMs: 15_000, why: 'pgbouncer.server_login_retry' },
      ],
    },
    ops: opsOf(operations, 400_000),
    connects: noConnects,
    slots,
    phases: [
      { seq: 3, tUs: 0, kind: 'phase', phase: 'steady' },
      { seq: 4, tUs: crashUs, kind: 'phase', phase: 'fault' },
      { seq: 5, tUs: 75 * second, kind: 'phase', phase: 'settle' },
      { seq: 6, tUs: 90 * second, kind: 'phase', phase: 'verify' },
    ],
    roles: rolesOf(),
    faults: [
      fault('inject', 20, 10),
      fault('effective', 20.05, 11, '11 processes gone, 198.18.0.21:5432 refuses'),
      fault('heal', 75, 12),
      fault('healed', 77, 13, 'the host runs'),
    ],
    pools: poolsOf(),
    poolLogs: [20.1, 35.2, 50.2, 50.3, 65.2, 65.3].map((at, i) => ({
      seq: 70_000 + i,
      tUs: at * second,
      kind: 'poollog',
      source: i < 4 ? 'pooler-1' : 'pooler-2',
      event: 'server-connect',
      atUs: at * second,
      n: i < 2 ? 1 : 6,
      text: 'new connection to server',
    })),
    replicas: [
      {
        seq: 80_000,
        tUs: 80 * second,
        kind: 'replica',
        instance: 'pg-1',
        streaming: true,
        syncState: 'quorum',
        lagBytes: 0,
        timeline: 2,
      },
    ],
    ledgers: [
      {
        seq: 90_000,
        tUs: 92 * second,
        kind: 'ledger',
        instance: 'pg-2',
        role: 'primary',
        timeline: 2,
        forks: [{ timeline: 2, lsn: 50_000_000 + crashUs / 10 }],
        rows: operations,
        workers: Object.fromEntries(
          Array.from({ length: 40 }, (_, w) => [String(w), [[0, Math.floor(operations / 40)]]]),
        ),
        duplicates: [],
      },
    ],
    residues: [{ seq: 90_001, tUs: 93 * second, kind: 'residue', checked: ['rules', 'processes'], found: [] }],
    stalls: [],
    generators: [
      {
        seq: 90_002,
        tUs: 91 * second,
        kind: 'generator',
        source: 'writers',
        n: operations,
        lateP50Us: 90,
        lateP99Us: 1400,
        lateMaxUs: 5200,
        cpuUs: 9e6,
        wallUs: 9e7,
      },
    ],
    notes: [],
    end: { seq: 90_003, tUs: 94 * second, kind: 'end', reason: 'done' },
    lastUs: 94 * second,
    defects: [],
    ...changes,
  };
}
