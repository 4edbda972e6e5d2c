/** What only the instances know: replication, how full volumes are, and their clocks. */
import type { Client } from 'pg';
import type { Kube } from '../cnpg/api/kube.ts';
import { pgbouncerContainer, postgresContainer, type Site } from '../cnpg/names.ts';
import type { ClockSeen, Standby } from './safety/steady.ts';

/** @param primary a superuser's connection to it */
export async function standbysOf(primary: Client): Promise<Standby[]> {
  const { rows } = await primary.query<{ name: string; state: string; lag: number | null }>(
    `select application_name as name, state, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::float8 as lag
     from pg_stat_replication where application_name not like '%basebackup%'`,
  );
  return rows.map(({ name, state, lag }) => ({ name, state, lagBytes: lag ?? 0 }));
}

/** Share of the volume of an instance that is used. @throws Error where it cannot be asked */
export async function volumeUsed(kube: Kube, { namespace }: Site, pod: string): Promise<number> {
  const listing = await kube.run(namespace, pod, postgresContainer, ['df', '-P', '/var/lib/postgresql/data']);
  const [, , used = '', free = ''] = listing.trim().split('\n').at(-1)!.split(/\s+/);
  return Number(used) / (Number(used) + Number(free));
}

/** How far the clock of a pod's node is from this machine's. @throws Error where it cannot be asked */
async function clockOf(kube: Kube, { namespace }: Site, pod: string, container: string): Promise<ClockSeen> {
  const beforeMs = Date.now();
  const said = await kube.run(namespace, pod, container, ['date', '+%s.%N']);
  const afterMs = Date.now();
  const offsetMs = Number(said) * 1_000 - (beforeMs + afterMs) / 2;
  return { where: pod, offsetMs, plusMinusMs: (afterMs - beforeMs) / 2 };
}

export const clocksOf = (
  kube: Kube,
  site: Site,
  instances: readonly string[],
  poolers: readonly string[],
): Promise<ClockSeen[]> =>
  Promise.all([
    ...instances.map((pod) => clockOf(kube, site, pod, postgresContainer)),
    ...poolers.map((pod) => clockOf(kube, site, pod, pgbouncerContainer)),
  ]);
