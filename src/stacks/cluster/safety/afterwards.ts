/** What a drill leaves a cluster like: where the primary is, slots and WAL that they keep, how old ones came back, backups. */
import type { Client } from 'pg';
import type { Remark } from '../../stack.ts';
import type { Found } from '../discover.ts';

interface Slot {
  readonly slot: string;
  readonly active: boolean;
  readonly bytes: number;
}

/** @param primary a superuser's connection to the one of now */
export async function slotsOf(primary: Client): Promise<Slot[]> {
  const { rows } = await primary.query<Slot>(
    `select slot_name as slot, active, coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::float8 as bytes
     from pg_replication_slots order by 1`,
  );
  return rows;
}

/** @param before the cluster before the drill, `now` after it */
export function remarks(before: Found, now: Found, slots: readonly Slot[]): Remark[] {
  const place = ({ cluster, instances }: Found) => {
    const name = cluster.status?.currentPrimary ?? 'nobody';
    const pod = instances.find(({ metadata }) => metadata.name === name);
    return { name, node: pod?.spec.nodeName ?? 'no node', uid: pod?.metadata.uid };
  };
  const [was, is] = [place(before), place(now)];
  const { namespace, name: cluster } = now.cluster.metadata;
  const kept = slots.reduce((most, { bytes }) => Math.max(most, bytes), 0);
  const idle = slots.filter(({ active }) => !active).map(({ slot }) => slot);
  return [
    {
      name: 'primary',
      text:
        was.name === is.name
          ? `still ${is.name} on ${is.node}`
          : `${is.name} on ${is.node}; it was ${was.name} on ${was.node}`,
    },
    ...(was.name === is.name ? [] : [{ name: 'old primary', text: cameBack(was, before, now) }]),
    ...(was.name === is.name
      ? []
      : [
          {
            name: 'to switch back',
            text: `kubectl cnpg promote ${cluster} ${was.name} -n ${namespace}, or pgdrill run planned-switchover`,
          },
        ]),
    {
      name: 'slots',
      text: `${slots.length}, ${idle.length === 0 ? 'all in use' : `not in use: ${idle.join(', ')}`}; they keep ${(kept / 1e6).toFixed(1)} MB of WAL`,
    },
    { name: 'archiving', text: condition(now, 'ContinuousArchiving') },
    { name: 'last backup', text: lastBackup(now) },
  ];
}

/** A pod of another UID on the same volume was rewound or just restarted; a new instance name is a new volume. */
function cameBack({ name, uid }: { name: string; uid: string | undefined }, before: Found, now: Found): string {
  const pod = now.instances.find(({ metadata }) => metadata.name === name);
  const added = now.instances
    .map(({ metadata }) => metadata.name)
    .filter((one) => !before.instances.some(({ metadata }) => metadata.name === one));
  if (!pod) return `${name} is gone${added.length > 0 ? `; ${added.join(', ')} was cloned in its place` : ''}`;
  if (pod.metadata.uid !== uid)
    return `${name} came back as another pod on its own volume, rewound to the new timeline`;
  const restarts = pod.status?.containerStatuses?.[0]?.restartCount ?? 0;
  return `${name} came back in the same pod on its own volume (restarted ${restarts} times in all)`;
}

function condition({ cluster }: Found, type: string): string {
  const found = cluster.status?.conditions?.find((one) => one.type === type);
  if (!found) return 'not configured';
  return found.status === 'True' ? 'works' : `does not work: ${found.message ?? found.reason}`;
}

function lastBackup({ backups }: Found): string {
  const ends = backups.flatMap(({ status }) =>
    status?.phase === 'completed' && status.stoppedAt ? [status.stoppedAt] : [],
  );
  const last = ends.sort().at(-1);
  return last ? `${last}; one made after the failover begins on the new timeline` : 'none completed';
}
