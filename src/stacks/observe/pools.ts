/** SHOW POOLS of one pooler every 100 ms: every change of the load's pools, and each of them once a second. */
import type { Client } from 'pg';
import type { Seen } from '../stack.ts';
import { repeat, type Sink } from './observer.ts';

type PoolSeen = Extract<Seen, { kind: 'pool' }>;
const atLeastEveryNs = 1_000_000_000n;
/** The longest wait grows with every look; that alone is not a change worth a line. */
const withoutWait = ({ maxWaitUs: _maxWaitUs, ...rest }: PoolSeen): string => JSON.stringify(rest);

/** @param connect makes a connection to its console, and gives both itself and each query up after a second */
export function watchPools(pooler: string, connect: () => Promise<Client>, sink: Sink): AsyncDisposable {
  let admin: Client | undefined;
  const last = new Map<string, { seen: string; atNs: bigint }>();

  async function ask(): Promise<PoolSeen[]> {
    try {
      admin ??= await connect();
      const { rows } = await admin.query('show pools');
      return rows.map((row) => poolSeen(pooler, row)).filter(({ database }) => database !== 'pgbouncer');
    } catch {
      const broken = admin;
      admin = undefined;
      void broken?.end().catch(() => {});
      return [];
    }
  }

  const looking = repeat(async () => {
    const pools = await ask();
    const atNs = process.hrtime.bigint();
    for (const pool of pools) {
      const key = `${pool.database}/${pool.user}`;
      const seen = withoutWait(pool);
      const before = last.get(key);
      if (before?.seen === seen && atNs - before.atNs < atLeastEveryNs) continue;
      last.set(key, { seen, atNs });
      sink(pool, atNs);
    }
  });

  return {
    async [Symbol.asyncDispose]() {
      await looking[Symbol.asyncDispose]();
      await admin?.end().catch(() => {});
    },
  };
}

/** A row of SHOW POOLS. Its numbers come as text or as numbers, by version. */
export function poolSeen(pooler: string, row: Record<string, unknown>): PoolSeen {
  const number = (name: string) => Number(row[name] ?? 0);
  return {
    kind: 'pool',
    pooler,
    database: String(row.database),
    user: String(row.user),
    mode: String(row.pool_mode),
    clActive: number('cl_active'),
    clWaiting: number('cl_waiting'),
    svActive: number('sv_active'),
    svIdle: number('sv_idle'),
    svUsed: number('sv_used'),
    svTested: number('sv_tested'),
    svLogin: number('sv_login'),
    maxWaitUs: number('maxwait') * 1_000_000 + number('maxwait_us'),
  };
}
