/**
 * Undoes what a dead drill left in a cluster, from any machine: its lease holds what is to be undone. Where somebody removed
 * the lease by force, the machine of the drill still has the undo records on disk.
 */
import { hostname } from 'node:os';
import type { UndoRecord } from '../../../faults/target.ts';
import { cameTrue, until, within } from '../../../wait.ts';
import { apiMessage, apiStatus } from '../../cnpg/api/kube.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import type { Site } from '../../cnpg/names.ts';
import { connectInstance, currentPrimary } from '../connect.ts';
import { explained, findCluster } from '../discover.ts';
import { clusterFaults } from '../faults/index.ts';
import { agentsOf, removeAgents } from '../pods/agent.ts';
import { Agents } from '../pods/agents.ts';
import { ownPodsGone } from '../pods/own-pods.ts';
import { removeRestore, restoresLeft } from '../restore/remove.ts';
import { dropSchema, heldBy, isHeld, isNoDatabase, strangersIn } from '../schema.ts';
import {
  DrillLease,
  databaseAnnotation,
  endLease,
  type FoundLease,
  findLease,
  leaseRef,
  underWay,
  undoAnnotation,
  watchOver,
} from './lease.ts';
import { LeaseObserver, type ObservePace, observeLease, usualObservePace } from './lease-observer.ts';
import { type Connect, databasesOfDrills, dropOrphans } from './orphans.ts';
import { drillResidue } from './residue.ts';
import { lookThere, type There, whyNoTarget } from './there.ts';

const primaryWithinMs = 180_000;
/** Longer than a connection may take and a schema to be dropped; what was asked of a node that is then cut off never ends. */
const dropWithinMs = 20_000;

const leaseOf = (cluster: string): string => `the lease of the drill on ${cluster}`;

export interface HealOptions {
  readonly say: (text: string) => void;
  /** Wait until the drill that is under way has ended or died, instead of refusing to touch it. */
  readonly wait: boolean;
  readonly signal: AbortSignal;
  /** Called when the records were shown, and before anything is undone. @throws UsageError where the user does not want it */
  readonly confirm?: () => Promise<void>;
  /** Undo records that dead drills on this Cluster left on this machine; read once no drill is alive. */
  readonly onDisk?: () => Promise<readonly UndoRecord[]>;
  /** How the lease is observed. */
  readonly pace?: ObservePace;
}

/**
 * @returns what is still there afterwards, a thing an entry
 * @throws UsageError where a drill is alive and is not waited for, and where the Cluster does not exist
 */
export async function healCluster(at: ClusterAt, options: HealOptions): Promise<string[]> {
  const { kube, site } = at;
  const { say, wait, signal, onDisk, confirm } = options;
  const lease = wait ? await untilDead(at, options) : await deadLease(at, options);
  const restores = [...new Set([...(lease?.restores ?? []), ...(await restoresLeft(at))])];
  const undos = allUndos(lease, (await onDisk?.()) ?? []);
  // A watchdog does not look: between two drills of one command no lease exists, and the next one makes its schema.
  const orphans = lease || wait ? [] : await orphansOf(at, say, undos.length > 0);
  const agents = await agentsOf(kube, site);
  const things = undos.length + restores.length + orphans.length + agents.length;
  if (!lease && things === 0) {
    // Nothing can be said of a Cluster that does not exist: its name may be mistyped.
    await findCluster(kube, site);
    say(`no drill has left anything on ${site.cluster}`);
    return [];
  }
  for (const { fault, target, how } of undos) say(`recorded: ${fault} of ${target.name}, ${JSON.stringify(how)}`);
  if (lease?.database)
    say(`recorded: the schema pgdrill in the database ${lease.database}, with the tables of a drill`);
  for (const database of orphans) say(`found: the schema pgdrill of a drill in the database ${database}`);
  for (const namespace of restores) say(`found: what a backup was restored into, in the namespace ${namespace}`);
  for (const name of agents) say(`found: the pod ${name}`);
  await confirm?.();
  const there = await lookThere(at);
  if (there.gone) say(`${there.gone}: what is left outside of it is undone`);
  const broken = undos.length > 0 ? await undoAll({ at, there }, undos, say) : [];
  // The lease, the records on disk and the rest of the drill stay: the next heal begins with them.
  if (broken.length > 0) return broken;
  for (const name of await removeAgents(kube, site)) say(`removed pod ${name}`);
  const restored = await removeAll(at, restores, say);
  if (restored.length > 0) return restored;
  const database = there.gone ? undefined : lease?.database;
  if (database) await drop(at, database, signal, say);
  if (orphans.length > 0) await dropUnderLease(at, orphans, say);
  if (lease && lease.refused.length > 0) return refusedOf(lease, site);
  if (lease) await endLease(kube, site, lease.uid);
  // Kubernetes deletes them with the lease.
  await ownPodsGone(at);
  const { found, unseen = [] } = await drillResidue(at, database, restores);
  for (const what of unseen) say(`nobody could look at ${what}`);
  return found;
}

/**
 * Waits for drills as they come: watches over each and heals where it dies, until none has begun for a while.
 * @param withinMs how long it waits for the first drill, and for each further one
 * @returns what is still there after the drill that it could not heal
 */
export async function healDrills(
  at: ClusterAt,
  options: Omit<HealOptions, 'wait'>,
  withinMs: number,
): Promise<string[]> {
  const { kube, site } = at;
  const { say } = options;
  const begun = async () => {
    try {
      return (await findLease(kube, site)) !== undefined;
    } catch (error) {
      if (apiStatus(error) === 403) throw explained(error, leaseOf(site.cluster));
      return false;
    }
  };
  while (await cameTrue(begun, { withinMs, everyMs: 1_000, signal: options.signal })) {
    const left = await healCluster(at, { ...options, wait: true });
    if (left.length > 0) return left;
  }
  say(`no drill has begun on ${site.cluster} for ${withinMs / 1_000} s`);
  return [];
}

/** @returns what of the restores is still there, a thing an entry */
async function removeAll(at: ClusterAt, restores: readonly string[], say: HealOptions['say']): Promise<string[]> {
  const left: string[] = [];
  for (const namespace of restores) {
    const found = await removeRestore(at, namespace);
    if (found.length === 0)
      say(`removed what a backup was restored into: the namespace ${namespace}, or what was in it`);
    left.push(...found);
  }
  return left;
}

/** Entries that no drill has written are neither carried out nor removed: a person has to look at them. */
const refusedOf = ({ refused }: FoundLease, site: Site): string[] => {
  const { name, namespace } = leaseRef(site).metadata;
  return refused.map((why) => {
    const change = why.includes(databaseAnnotation) ? `${databaseAnnotation}-` : `${undoAnnotation}=[]`;
    const forget = `kubectl annotate lease ${name} -n ${namespace} ${change} --overwrite`;
    return `the lease ${name}: ${why}; see that nothing is broken, then run: ${forget}, and pgdrill heal again`;
  });
};

/** What the lease holds and what only the disk holds, each record once; what was broken last comes first. */
function allUndos(lease: FoundLease | undefined, onDisk: readonly UndoRecord[]): readonly UndoRecord[] {
  const held = (lease?.undos ?? []).toReversed();
  return [...held, ...onDisk.filter(({ id }) => !held.some((record) => record.id === id))];
}

/** Carries out undo records in this order. @returns what could not be undone, a thing an entry */
async function undoAll(
  { at, there }: { readonly at: ClusterAt; readonly there: There },
  undos: readonly UndoRecord[],
  say: HealOptions['say'],
): Promise<string[]> {
  await using agents = new Agents(at.kube, at.site);
  const context = { ...at, shell: (node: string) => agents.shell(node) };
  const left: string[] = [];
  for (const { fault, target, how } of undos)
    try {
      const { heal, healWithout } = clusterFaults.get(fault)!;
      const without = whyNoTarget(there, fault, how);
      const proof = without
        ? `${without}; ${(await healWithout?.(context, how)) ?? 'nothing to undo'}`
        : await heal(context, how);
      say(`${fault} of ${target.name}: ${proof}`);
    } catch (error) {
      left.push(`${fault} of ${target.name}, which could not be undone: ${apiMessage(error)}`);
    }
  return left;
}

async function drop(at: ClusterAt, database: string, signal: AbortSignal, say: HealOptions['say']): Promise<void> {
  const dropped = async () => {
    try {
      const client = await connectInstance(at, (await currentPrimary(at)).name, database);
      try {
        const strangers = await strangersIn(client);
        if (strangers.length > 0)
          return `left the schema pgdrill in ${database} alone: no drill made ${strangers.join(', ')} in it`;
        await dropSchema(client);
        return `dropped the schema pgdrill in ${database}`;
      } finally {
        await client.end();
      }
    } catch (error) {
      if (isHeld(error)) return `left the schema pgdrill in ${database} alone: ${heldBy(error as Error)}`;
      // The database went, and the schema with it.
      return isNoDatabase(error)
        ? `the database ${database} no longer exists, nor does the schema pgdrill in it`
        : undefined;
    }
  };
  const what = `a primary, to drop the schema pgdrill in ${database}`;
  const options = { withinMs: primaryWithinMs, everyMs: 1_000, what, signal };
  // The database is named by the lease, which other users may have written.
  say(await until(() => within(dropped(), dropWithinMs), options));
}

const toPrimary =
  (at: ClusterAt): Connect =>
  async (database) =>
    connectInstance(at, (await currentPrimary(at)).name, database);

/** Databases with a schema of a drill whose lease somebody removed by force. */
async function orphansOf(at: ClusterAt, say: HealOptions['say'], drilled: boolean): Promise<readonly string[]> {
  try {
    return await databasesOfDrills(toPrimary(at));
  } catch (error) {
    // Nothing can be asked of a Cluster that does not exist: its name may be mistyped, unless a drill was on it.
    if (!drilled) await findCluster(at.kube, at.site);
    say(`whether a drill left its schema in a database could not be seen: ${apiMessage(error)}`);
    return [];
  }
}

/** Under a lease of its own, so that no drill begins meanwhile. @throws UsageError where one has begun */
async function dropUnderLease(at: ClusterAt, databases: readonly string[], say: HealOptions['say']): Promise<void> {
  await using _lease = await DrillLease.acquire(at, { holder: `heal on ${hostname()}`, database: databases[0]! });
  for (const database of await dropOrphans(toPrimary(at), databases)) say(`dropped the schema pgdrill in ${database}`);
}

/** @returns the lease of a dead drill, undefined where none exists. @throws UsageError where the drill is alive */
async function deadLease(at: ClusterAt, options: HealOptions): Promise<FoundLease | undefined> {
  const observed = await observeLease(at, options);
  if (observed?.alive) throw underWay(at.site, observed.lease);
  return observed?.lease;
}

/**
 * Waits until the lease is gone or its drill is dead. Meanwhile the lease names this host as its watcher.
 * @returns the lease of the dead drill, undefined where it was given back
 * @throws UsageError where the lease may not be read or written: nothing could be healed
 */
async function untilDead(
  { kube, site }: ClusterAt,
  { signal, pace = usualObservePace }: HealOptions,
): Promise<FoundLease | undefined> {
  const observer = new LeaseObserver(pace.deadAfterMs);
  const dead = async (): Promise<{ readonly lease: FoundLease | undefined } | undefined> => {
    try {
      const lease = await findLease(kube, site);
      if (!lease || observer.note(lease) === 'dead') return { lease };
      if (lease.watcher !== hostname()) await watchOver(kube, site, hostname());
    } catch (error) {
      // A watchdog outlives an API that is away for a moment, but not one that forbids.
      if (apiStatus(error) === 403) throw explained(error, leaseOf(site.cluster));
    }
    return undefined;
  };
  const everyMs = 2 * pace.everyMs;
  return (await until(dead, { withinMs: 24 * 3_600_000, everyMs, what: 'the drill to end', signal })).lease;
}
