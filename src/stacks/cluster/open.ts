/** Before a drill: is everything as it must be? Then the lease, and the stack is open. */
import { UsageError } from '../../errors.ts';
import { contractOf, type FaultKind } from '../../faults/index.ts';
import { cameTrue } from '../../wait.ts';
import { readFacts } from '../cnpg/facts.ts';
import type { ClusterAt } from '../cnpg/faults/at.ts';
import type { OpenOptions } from '../stack.ts';
import { demandBase, whyNoRight } from './access.ts';
import { connectInstance, currentPrimary } from './connect.ts';
import { type Account, discover, explained, type Found, readAccount } from './discover.ts';
import { enter, enterOnceReachable } from './enter.ts';
import { clocksOf, standbysOf, volumeUsed } from './look.ts';
import { OpenCluster } from './open-cluster.ts';
import { type ClusterOptions, idOf } from './options.ts';
import { whyNoAgent } from './pods/agent.ts';
import { Agents, imageOf } from './pods/agents.ts';
import { startGenerators } from './pods/generators.ts';
import { ownImage } from './pods/own-pods.ts';
import { restoresOf } from './restore/index.ts';
import { Audit, whoAndWhat, whoami } from './safety/audit.ts';
import { alreadyHeld, DrillLease, findLease, leaseRef } from './safety/lease.ts';
import { whyNoApi } from './safety/profiles.ts';
import { hindrances, ofPoolers, ofTheOperator } from './safety/steady.ts';
import { awaitWatchdog, startWatchdog, type Watchdog } from './safety/watchdog.ts';
import { refuseForeignSchema } from './schema.ts';

type Waiting = Pick<OpenOptions, 'progress' | 'signal'>;

/** What is found, and the account to reach it with. @throws UsageError or SetupError, one sentence each */
export async function look(at: ClusterAt, options: ClusterOptions): Promise<{ found: Found; account: Account }> {
  const { kube, site } = at;
  const found = await discover(kube, site);
  await demandBase(kube, site, options).catch((error: unknown) => {
    throw error instanceof UsageError ? error : explained(error, 'the rights of this user');
  });
  return { found, account: await readAccount(kube, site, options.secret) };
}

const notSteady = (against: readonly string[]): string => `the cluster is not in a steady state: ${against.join('; ')}`;

/** @throws UsageError where the cluster is not in a steady state, with everything that speaks against a drill */
export async function demandSteady(at: ClusterAt, found: Found, options: ClusterOptions): Promise<void> {
  const { kube, site } = at;
  const { cluster, instances, poolers, backups } = found;
  const primary = cluster.status?.currentPrimary ?? '';
  const names = instances.map(({ metadata }) => metadata.name);
  const pods = poolers.flatMap((one) => one.pods).map(({ metadata }) => metadata.name);
  const client = await connectInstance(at, primary, options.database).catch((error: Error) => {
    // Where the operator knows why nobody answers, that is the reason.
    const known = ofTheOperator({ cluster, instances });
    throw new UsageError(
      known.length > 0
        ? notSteady(known)
        : `the primary ${primary} does not let the drill into ${options.database}: ${error.message}`,
    );
  });
  try {
    const used = await Promise.all(names.map(async (name) => [name, await volumeUsed(kube, site, name)] as const));
    const clocks = await clocksOf(kube, site, names, pods);
    const health = { cluster, instances, backups, clocks, volumes: new Map(used), standbys: await standbysOf(client) };
    const against = [
      ...ofPoolers(poolers.map(({ pooler }) => pooler)),
      ...hindrances(health, options.steady, new Date()),
    ];
    if (against.length > 0) throw new UsageError(notSteady(against));
  } finally {
    await client.end().catch(() => {});
  }
}

/** How long a drill waits for what the one before it left unsteady, ms. */
const steadyWithinMs = 300_000;
const lookEveryMs = 2_000;

/**
 * What is found once the cluster is in a steady state again: after a drill it takes a while. Each new reason is reported.
 * @throws UsageError with what spoke against a drill last, where that is still so when the time is over
 */
export async function untilSteady(
  at: ClusterAt,
  options: ClusterOptions,
  { signal, progress }: Pick<OpenOptions, 'signal' | 'progress'>,
  withinMs = steadyWithinMs,
): Promise<void> {
  let why: UsageError | undefined;
  const steady = async () => {
    try {
      await demandSteady(at, await discover(at.kube, at.site), options);
      return true;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      if (error.message !== why?.message) progress(`waiting, at most ${withinMs / 1_000} s: ${error.message}`);
      why = error;
      return false;
    }
  };
  if (await cameTrue(steady, { withinMs, everyMs: lookEveryMs, signal })) return;
  throw new UsageError(`${why?.message}, ${withinMs / 1_000} s after the last drill`);
}

/** @throws UsageError where another drill holds the lease, or a dead one left it */
export async function refuseSecondDrill({ kube, site }: ClusterAt): Promise<void> {
  const lease = await findLease(kube, site);
  if (lease) throw alreadyHeld(site, lease);
}

/** Why a fault cannot be done here; undefined where it can. @throws UsageError where the Cluster does not exist, which comes first */
export async function whyNot(at: ClusterAt, fault: FaultKind, options: ClusterOptions): Promise<string | undefined> {
  const found = await discover(at.kube, at.site);
  const right = await whyNoRight(at.kube, at.site, fault, options);
  const needs = contractOf(fault)?.onCluster;
  if (needs?.watchdog && !options.watchdogImage && !options.externalWatchdog)
    return `${fault} needs a --watchdog-image or an --external-watchdog: nothing else would undo it if this process died`;
  const missing = needs?.api && whyNoApi(needs.api, await at.kube.groupVersions());
  if (missing) return `${fault} ${missing}`;
  if (right || !needs?.agent) return right;
  const [instance] = found.instances;
  const node = instance?.spec.nodeName;
  // Without an instance no node can be asked for; a cluster that is not steady is refused where that is required.
  const refused = node && (await whyNoAgent(at.kube, { ...at.site, node, image: imageOf(instance) }));
  return refused ? `${fault} is not possible: ${refused}` : undefined;
}

async function watchdogOf(
  at: ClusterAt,
  options: ClusterOptions,
  lease: DrillLease,
  waiting: Waiting,
): Promise<Watchdog | undefined> {
  const { watchdogImage: image, externalWatchdog, dryRun, watching } = options;
  if (dryRun || watching) return undefined;
  if (externalWatchdog) return awaitWatchdog(at, waiting);
  return image === undefined
    ? undefined
    : startWatchdog(at, { image, lease: { name: leaseRef(at.site).metadata.name, uid: lease.uid } }, waiting);
}

const generatorsOf = async (at: ClusterAt, options: ClusterOptions, lease: DrillLease, waiting: Waiting) => {
  const { generators: count, watchdogImage, context } = options;
  if (count === 0) return undefined;
  const image = watchdogImage ?? (await ownImage(at));
  const plan = { count, image, lease: { name: leaseRef(at.site).metadata.name, uid: lease.uid } };
  return startGenerators(at, context, plan, waiting);
};

interface Opening extends Omit<OpenOptions, 'keep'> {
  readonly another: boolean;
  readonly onRestore: (namespace: string) => void;
}

/**
 * Takes the lease and opens. Whatever goes wrong on the way, the lease is given back.
 * @param opening `another`: whether this process has drilled the cluster before: then it waits until that is over; `onRestore`
 *   is called with each namespace that a backup is about to be restored into
 */
export async function open(
  at: ClusterAt,
  options: ClusterOptions,
  { folder, progress, signal, topology, another, onRestore }: Opening,
): Promise<OpenCluster> {
  progress(`looking at ${idOf(options)}`);
  if (another && !options.watching) await untilSteady(at, options, { progress, signal });
  const { found, account } = await look(at, options);
  if (!options.watching) await demandSteady(at, found, options);
  const entering = { found, account, database: options.database };
  const { ways, remarks } = options.watching
    ? await enterOnceReachable(at, entering, { progress, signal })
    : { ways: await enter(at, entering), remarks: [] };
  const audit = new Audit(folder);
  await audit.add('opened', await whoAndWhat(at, found, options));
  const holder = options.reason ? `${whoami()}: ${options.reason}` : whoami();
  const lease = await DrillLease.acquire(at, { holder, database: options.database });
  try {
    const primary = await connectInstance(at, (await currentPrimary(at)).name, options.database);
    const poolerPod = found.poolers[0]!.pods[0]!.metadata.name;
    const facts = await refuseForeignSchema(primary, options.database, account.user)
      .then(() => readFacts(at.kube, at.site, primary, poolerPod))
      .finally(() => primary.end());
    const agents = new Agents(at.kube, at.site);
    const watchdog = await watchdogOf(at, options, lease, { progress, signal });
    const generators = await generatorsOf(at, options, lease, { progress, signal });
    const backups = topology.archiving ? await restoresOf(at, found, options, { lease, onRestore }) : undefined;
    const made = { lease, agents, audit, watchdog, generators, backups };
    const opened = { at, found, ways, facts, ...made, remarks, options, progress };
    return new OpenCluster(opened);
  } catch (error) {
    await lease[Symbol.asyncDispose]().catch((left: Error) => progress(left.message));
    throw error;
  }
}
