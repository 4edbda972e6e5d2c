/** Heals existing clusters: the one that is named, or those that dead drills of this machine were on. */
import { join } from 'node:path';
import { parseDurationMs } from '../duration.ts';
import { UsageError } from '../errors.ts';
import type { UndoRecord } from '../faults/target.ts';
import { stateFolder } from '../safety/state-folder.ts';
import { leftUndos, removeUndo } from '../safety/undo.ts';
import { ask } from './ask.ts';
import { type ClusterFlags, nameOfFlags } from './cluster.ts';
import { interruptible } from './interrupt.ts';
import { say } from './say.ts';

export type HealFlags = Pick<ClusterFlags, 'context' | 'namespace' | 'cluster' | 'operatorNamespace'> & {
  readonly wait?: boolean;
  readonly forDrills?: string;
  readonly forget?: boolean;
  readonly yes?: boolean;
};

/**
 * What a dead drill, from whatever machine, left in a cluster. Undo records on this machine's disk are carried out too, and
 * removed once nothing is left.
 * @returns what is still there
 */
export async function healThere(flags: HealFlags): Promise<readonly string[]> {
  const { clusterAt } = await import('../stacks/cluster/index.ts');
  const { healCluster, healDrills } = await import('../stacks/cluster/safety/heal.ts');
  const { idOf } = await import('../stacks/cluster/options.ts');
  const name = nameOfFlags(flags);
  const at = clusterAt(name, flags.operatorNamespace);
  const { onDisk, forget } = recordsOf(idOf(name));
  const comesWithinMs = flags.forDrills === undefined ? undefined : parseDurationMs(flags.forDrills);
  const left = await interruptible((signal) =>
    comesWithinMs === undefined
      ? healCluster(at, { say, wait: flags.wait ?? false, signal, onDisk, confirm: () => confirmHealing(flags) })
      : healDrills(at, { say, signal, onDisk }, comesWithinMs),
  );
  if (left.length === 0) await forget();
  return left;
}

/** A person at a terminal has seen the records, which anyone may have written who may write leases; nobody else is asked. */
async function confirmHealing({ wait, yes }: HealFlags): Promise<void> {
  if (wait || yes || !process.stdin.isTTY) return;
  const answer = await ask('Undo this, and remove what the drill left? [y/N] ');
  if (!/^y(es)?$/i.test(answer)) throw new UsageError('nothing was undone: it was not confirmed');
}

/**
 * What dead drills of this machine left, on whichever cluster; one that cannot be healed now keeps no other from it.
 * @returns what is still there, or may be
 */
export async function healOwnDrills({ operatorNamespace }: HealFlags): Promise<readonly string[]> {
  const { healAlone } = await import('../stacks/cluster/index.ts');
  const left: string[] = [];
  for (const id of new Set((await leftUndos('cluster')).map(({ stackId }) => stackId)))
    try {
      const { onDisk, forget } = recordsOf(id);
      say(`cluster ${id}: ${await healAlone(id, operatorNamespace, onDisk)}`);
      await forget();
    } catch (error) {
      const records = join(stateFolder(), 'undo');
      left.push(
        `what a drill broke on the cluster ${id} may still be broken: ${(error as Error).message}; if that cluster no longer exists, or nothing is broken on it, delete the records that name it in ${records}`,
      );
    }
  return left;
}

/** Undo records of dead drills on a cluster on this machine's disk: read, and removed where they were read. */
export function recordsOf(id: string) {
  const seen: UndoRecord[] = [];
  return {
    /** What was broken last comes first. */
    async onDisk(): Promise<readonly UndoRecord[]> {
      const records = (await leftUndos('cluster')).filter(({ stackId }) => stackId === id);
      seen.push(...records);
      return records;
    },
    async forget(): Promise<void> {
      for (const record of seen) await removeUndo(record);
    },
  };
}
