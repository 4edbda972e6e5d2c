/** Watches how much WAL each instance keeps, and what its replication slots hold back. */
import type { Instance } from '../../faults/target.ts';
import type { Draft, EventOf } from '../../journal/event.ts';
import type { OpenStack } from '../../stacks/stack.ts';
import type { InstanceAsker } from '../ask.ts';
import type { Recorder } from '../recorder.ts';
import { repeatedly } from '../repeatedly.ts';

const everyMs = 5_000;
const withinMs = 1_000;

/** Without the right a query of pg_ls_waldir() fails as a whole, so it is asked for first. */
const maySql = `select has_function_privilege('pg_ls_waldir()', 'execute') as may`;
const walSql = 'select sum(size)::float8 as bytes from pg_ls_waldir()';
const slotsSql = `
select slot_name as name, active, coalesce(wal_status, 'reserved') as status, greatest(0, coalesce(pg_wal_lsn_diff(
  case when pg_is_in_recovery() then pg_last_wal_receive_lsn() else pg_current_wal_lsn() end, restart_lsn), 0))::float8 as "keptBytes"
from pg_replication_slots order by 1`;

type Slot = EventOf<'storage'>['slots'][number];

/** Journals what each instance that answers keeps, every five seconds, until it is disposed of. */
export function watchStorage(
  stack: Pick<OpenStack, 'instances'>,
  asker: Pick<InstanceAsker, 'ask'>,
  recorder: Pick<Recorder, 'now'>,
): AsyncDisposable {
  return repeatedly(everyMs, async () => {
    // While the platform does not answer, nothing is said of anybody.
    const instances = await stack.instances().catch(() => []);
    await Promise.all(
      instances.map(async (instance) => {
        const found = await storageOf(asker, instance);
        if (found) recorder.now<'storage'>(found);
      }),
    );
  });
}

async function storageOf(
  asker: Pick<InstanceAsker, 'ask'>,
  instance: Instance,
): Promise<Omit<Draft<'storage'>, 'tUs'> | undefined> {
  const slots = await asker.ask<Slot>(instance, slotsSql, withinMs);
  if (!slots) return undefined;
  const [right] = (await asker.ask<{ may: boolean }>(instance, maySql, withinMs)) ?? [];
  const [wal] = right?.may ? ((await asker.ask<{ bytes: number | null }>(instance, walSql, withinMs)) ?? []) : [];
  return { kind: 'storage', instance: instance.name, slots, ...(wal?.bytes != null && { walBytes: wal.bytes }) };
}
