/** The `k3s` stack: the real CloudNativePG on a Kubernetes of its own, whose nodes are containers. */
import { randomBytes } from 'node:crypto';
import { SetupError, UsageError } from '../../errors.ts';
import type { Topology } from '../../scenario/topology.ts';
import type { Backups } from '../backups.ts';
import type { Kube } from '../cnpg/api/kube.ts';
import { type Facts, readFacts } from '../cnpg/facts.ts';
import { cnpgKnobs } from '../cnpg/settings.ts';
import { timers } from '../cnpg/timers.ts';
import type { OpenOptions, Stack } from '../stack.ts';
import { k3sBackups } from './backups.ts';
import { bringUp } from './bring-up.ts';
import type { K3s } from './cluster.ts';
import { readK3sConfig } from './config.ts';
import { connectInstance, currentPrimary } from './connect.ts';
import { diagnose } from './diagnose.ts';
import { abandonedStacks, keptStacks, removeStack, removeUntil, stackLabels } from './docker.ts';
import { faultContext } from './faults/context.ts';
import { k3sFaults } from './faults/index.ts';
import { type Installation, ownInstallation } from './installation.ts';
import type { NodeLog } from './node-log.ts';
import { OpenK3s } from './open-k3s.ts';
import { kubeOf, runningStack } from './reopen.ts';
import { dockerResidue } from './residue.ts';
import { siteOf } from './site.ts';
import { whyUnavailable } from './unavailable.ts';

/** The stack that stands up this installation. */
export const k3sStackOf = (installation: Installation): Stack => ({
  kind: 'k3s',
  capabilities: new Set([
    ...k3sFaults.keys(),
    ...(installation.archives ? (['backup', 'schedule'] as const) : []),
    'metrics',
  ]),
  settings: cnpgKnobs,
  timers,
  unavailable: () => whyUnavailable(),
  planned: installation.planned,
  // Its own Cluster archives whether or not a scenario takes backups, so that one kept stack serves all of them.
  adopt: async (topology) => installation.adopt?.(topology) ?? { ...topology, archiving: installation.archives },
  open: (options) => open(installation, options),
  reopen: (stackId) => reopen(installation, stackId),
  ...(installation.fixed && { fixed: installation.fixed }),
  lacks: async (fault) => k3sFaults.get(fault)?.lacks?.(process.env),
  async heal({ stackId, fault, how }) {
    const kube = await kubeOf(stackId);
    if (!kube) return `stack ${stackId} is gone, and what was broken in it`;
    const known = k3sFaults.get(fault);
    if (!known) throw new SetupError(`the undo record names the fault ${fault}, which the k3s stack does not have`);
    return known.heal(faultContext(stackId, kube, await siteOf(kube)), how);
  },
  kept: keptStacks,
  abandoned: abandonedStacks,
  remove: removeStack,
  residue: dockerResidue,
});

/** The stack that stands up this tool's own manifests. */
export const k3sStack: Stack = k3sStackOf(ownInstallation);

async function reopen(installation: Installation, stackId: string): Promise<{ open: OpenK3s; topology: Topology }> {
  const kept = await keptStacks();
  if (!kept.includes(stackId))
    throw new UsageError(
      `no k3s stack ${stackId} is kept${kept.length > 0 ? `; these are: ${kept.join(', ')}` : '; open one with pgdrill up --stack k3s'}`,
    );
  const k3s = await runningStack(stackId, installation);
  const [, facts, backups] = await described(k3s);
  return { open: new OpenK3s(k3s, facts, backups, true), topology: k3s.topology };
}

/** Opens a stack; whatever fails or is aborted on the way, nothing is left in Docker. */
async function open(
  installation: Installation,
  { topology, folder, signal, progress, keep = false }: OpenOptions,
): Promise<OpenK3s> {
  const config = readK3sConfig();
  const why = await whyUnavailable(config);
  if (why) throw new SetupError(why);
  installation.planned(topology);
  const stackId = randomBytes(3).toString('hex');
  const labels = await stackLabels(stackId, keep);
  let kube: Kube | undefined;
  const background: Promise<unknown>[] = [];
  const onApi = (api: Kube) => (kube = api);
  const logs = new Map<string, NodeLog>();
  const opening = bringUp({
    stackId,
    config,
    topology,
    installation,
    labels,
    signal,
    progress,
    background,
    logs,
    onApi,
  }).then(described);
  try {
    const [k3s, facts, backups] = await unlessAborted(opening, signal);
    return new OpenK3s(k3s, facts, backups, keep);
  } catch (error) {
    const to = signal.aborted
      ? undefined
      : await diagnose({ stackId, site: installation.site, kube, logs }, folder).catch(() => undefined);
    progress('taking down what was started');
    await removeUntil(stackId, Promise.allSettled(background));
    throw to && error instanceof SetupError ? withLogs(error, to) : error;
  }
}

const withLogs = (error: SetupError, folder: string) =>
  new SetupError(`${error.message}; logs and state of the cluster are in ${folder}`, { cause: error });

async function described(k3s: K3s): Promise<[K3s, Facts, Backups | undefined]> {
  const { site } = k3s.installation;
  const primary = await connectInstance(k3s, await currentPrimary(k3s), site.database);
  const pooler = k3s.poolers.podOf(k3s.poolers.names[0]!);
  const facts = await readFacts(k3s.kube, site, primary, pooler).finally(() => primary.end());
  return [k3s, facts, k3s.topology.archiving ? await k3sBackups(k3s) : undefined];
}

/** An abort waits for nothing: a request to a cluster that is being removed may hang for minutes. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Whatever comes of it after an abort is nobody's business.
    work.catch(() => {});
  }
}
