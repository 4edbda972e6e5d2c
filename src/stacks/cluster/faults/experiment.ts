/**
 * experiment: a resource of Chaos Mesh, from a file of the user. Its controller injects it, ends it after its duration and
 * says so in the resource's status. The resource is created under a name of the drill, which is in the undo record before.
 */
import { randomBytes } from 'node:crypto';
import {
  apiVersion,
  type Experiment,
  experimentName,
  fitted,
  goDurationMs,
  isOfDrill,
  titleOf,
} from '../../../chaos-mesh/experiment.ts';
import { refuseOtherEnd, refuseSelection } from '../../../chaos-mesh/selector.ts';
import {
  brokenPods,
  type ExperimentStatus,
  failureOf,
  isInjected,
  isPaused,
  isRecovered,
} from '../../../chaos-mesh/status.ts';
import { SetupError, UsageError } from '../../../errors.ts';
import type { Fault } from '../../../faults/contract.ts';
import type { ExperimentKind } from '../../../faults/words/experiment.ts';
import { printable } from '../../../printable.ts';
import { readExperiment } from '../../../scenario/experiments.ts';
import { until } from '../../../wait.ts';
import { apiMessage, apiStatus } from '../../cnpg/api/kube.ts';
import { UnknownKindError } from '../../cnpg/api/rest.ts';
import { type ClusterAt, podAimedAt } from '../../cnpg/faults/at.ts';
import { readyAgain } from '../../cnpg/faults/back.ts';
import { word } from '../../cnpg/faults/fault.ts';
import { instanceSelector, labels } from '../../cnpg/names.ts';
import { eventKind, type KubeEvent, type KubeObject, type Pod, podKind, refTo } from '../../cnpg/objects.ts';
import { ownProof } from './own-proof.ts';

interface Resource extends KubeObject {
  readonly metadata: KubeObject['metadata'] & {
    readonly creationTimestamp?: string;
    readonly finalizers?: readonly string[];
  };
  readonly status?: ExperimentStatus;
}

/** How long each step may take; tests have less time. */
export interface ExperimentPace {
  readonly everyMs: number;
  /** A daemon that has to enter the pod takes seconds. */
  readonly injectedWithinMs: number;
  readonly recoveredWithinMs: number;
}
const usualPace: ExperimentPace = { everyMs: 250, injectedWithinMs: 60_000, recoveredWithinMs: 120_000 };
/** An experiment that ends within this time is left to end unaided. */
const endsSoonMs = 3_000;

export const experiment: Fault<ClusterAt, ClusterAt, 'instance', { readonly file: string }> = experimentAt(usualPace);

export function experimentAt(pace: ExperimentPace): Fault<ClusterAt, ClusterAt, 'instance', { readonly file: string }> {
  return {
    async prepare(at, target, { file }) {
      const { kube, site } = at;
      const { experiment: found } = await readExperiment(file);
      const pod = await podAimedAt(at, target);
      const others = await refuse(at, found, file, pod);
      const name = experimentName(site.cluster, randomBytes(3).toString('hex'));
      const resource = fitted(found, { ...site, name, pod: pod.metadata.name });
      // Admission says before anything is broken whether it would let it in.
      await kube.create(resource, { dryRun: true }).catch((error: unknown) => {
        throw refusedByApi(error, found, file);
      });
      const own = await ownProof(at, found, pod, pace.injectedWithinMs);
      const what = { kind: found.kind, name };
      return {
        how: { ...what, pod: pod.metadata.name },
        described: {
          ...{ tool: 'Chaos Mesh', experiment: titleOf(found) },
          ...(found.durationMs !== undefined && { for: `${found.durationMs}ms` }),
          ...(!own && { reportedBy: 'Chaos Mesh' }),
        },
        ...(found.durationMs !== undefined && { lastsMs: found.durationMs }),
        breakIt: async () => void (await kube.create(resource)),
        prove: async () => {
          const said = await injected(at, what, pod.metadata.name, pace);
          const chosen = others.length > 0 ? ` (its selector also selects ${others.join(', ')})` : '';
          return `${said} ${titleOf(found)} into ${pod.metadata.name}${chosen}; ${own ? await own() : 'pgdrill has no proof of its own for it'}`;
        },
      };
    },

    async heal(at, how) {
      const [kind, name, pod] = [word(how, 'kind') as ExperimentKind, word(how, 'name'), word(how, 'pod')];
      await removed(at, { kind, name }, pace);
      const gone = `${kind} ${name} is deleted, and Chaos Mesh has let go of ${pod}`;
      // Only this kind takes the pod itself away; what the others leave broken is not for a heal to wait for.
      return kind === 'PodChaos' ? `${gone}; ${await readyAgain(at, pod)}` : gone;
    },
  };
}

/** @returns the other instances that its selector selects @throws UsageError where it would break anything but the target */
async function refuse({ kube, site }: ClusterAt, found: Experiment, file: string, target: Pod): Promise<string[]> {
  const { namespace, cluster } = site;
  const what = `the ${found.kind} of ${file}`;
  if (found.namespace !== undefined && found.namespace !== namespace)
    throw new UsageError(`${what} is in the namespace ${found.namespace}, but the Cluster is in ${namespace}`);
  const pods = await kube.list<Pod>(podKind, namespace);
  const instances = await kube.list<Pod>(podKind, namespace, instanceSelector(cluster));
  const from = { namespace, cluster, pods, instances: instances.map(({ metadata }) => metadata.name) };
  if (found.changesAlso) {
    const owned = ({ metadata }: { metadata: { labels?: Readonly<Record<string, string>> } }) =>
      metadata.labels?.[labels.cluster] === cluster;
    refuseOtherEnd(`the other end (spec.target) of ${what}`, found.changesAlso, from, owned);
  }
  return refuseSelection(what, found.selector, target.metadata.name, from);
}

function refusedByApi(error: unknown, { kind }: Experiment, file: string): Error {
  if (error instanceof UnknownKindError)
    return new UsageError(
      `the experiment needs Chaos Mesh, but the cluster has no ${kind} of ${apiVersion}; install Chaos Mesh`,
    );
  if (apiStatus(error) === undefined) return error as Error;
  return new UsageError(`the cluster does not admit the ${kind} of ${file}: ${printable(apiMessage(error))}`);
}

interface Named {
  readonly kind: ExperimentKind;
  readonly name: string;
}
const refOf = ({ site }: ClusterAt, { kind, name }: Named) => refTo({ apiVersion, kind }, name, site.namespace);
const read = (at: ClusterAt, what: Named) => at.kube.read<Resource>(refOf(at, what));

/** Waits until Chaos Mesh has injected it. @throws SetupError where it does not, with its own words, or broke another pod */
async function injected(at: ClusterAt, what: Named, pod: string, { everyMs, injectedWithinMs }: ExperimentPace) {
  const title = `${what.kind} ${what.name}`;
  let last: Resource | undefined;
  const seen = async () => {
    last = await read(at, what);
    if (!last || last.metadata.deletionTimestamp)
      throw new SetupError(`${title} was deleted by someone else before it was injected`);
    const { status = {} } = last;
    if (isPaused(status)) throw new SetupError(`${title} is paused: someone has paused it, or Chaos Mesh as a whole`);
    return isInjected(status) ? status : undefined;
  };
  const status = await until(seen, { withinMs: injectedWithinMs, everyMs, what: `${title} to be injected` }).catch(
    async (error: Error) => {
      if (error.message.startsWith(title)) throw error;
      throw new SetupError(`${error.message}: ${await whyOf(at, what, last)}`);
    },
  );
  const expected = `${at.site.namespace}/${pod}`;
  const broken = brokenPods(status);
  const other = broken.find((one) => one !== expected);
  if (other)
    throw new SetupError(
      `${title} should break ${expected} alone, but Chaos Mesh reports that it broke ${printable(other)}`,
    );
  if (broken.length === 0) throw new SetupError(`${title} is reported as injected, but into no pod`);
  return 'Chaos Mesh reports that it injected';
}

/** Why nothing happens, in the controller's words where it has some. */
async function whyOf({ kube, site }: ClusterAt, { name }: Named, seen: Resource | undefined): Promise<string> {
  const said = failureOf(seen?.status ?? {});
  if (said) return printable(said);
  const events = await kube.list<KubeEvent>(eventKind, site.namespace).catch(() => []);
  const failed = events.findLast(({ involvedObject, reason }) => involvedObject?.name === name && reason === 'Failed');
  if (failed?.message) return printable(failed.message);
  if ((seen?.metadata.finalizers ?? []).length === 0)
    return 'no controller has looked at it; see that chaos-controller-manager runs, and serves this namespace';
  return 'Chaos Mesh reports no reason';
}

/**
 * Deletes it and waits until its finalizer is gone, which its controller removes once it has let go of every pod. One that
 * is about to end unaided is waited for first. @throws SetupError where it stays, or is not one of a drill on this Cluster
 */
async function removed(at: ClusterAt, what: Named, { everyMs, recoveredWithinMs }: ExperimentPace): Promise<void> {
  const { site } = at;
  const title = `${what.kind} ${what.name}`;
  let last = await read(at, what);
  if (!last) return;
  // The record may come from another hand.
  if (!what.name.startsWith(`pgdrill-${site.cluster}-`) || !isOfDrill(last.metadata.labels, site.cluster))
    throw new SetupError(`the undo record names ${title}, which no drill on ${site.cluster} has made`);
  if (endsSoon(last)) {
    const over = async () => {
      last = await read(at, what);
      return !last || isRecovered(last.status ?? {}) ? true : undefined;
    };
    // Deleting it below recovers it as well; a controller that does neither is reported there.
    await until(over, { withinMs: endsSoonMs * 4, everyMs, what: `${title} to end` }).catch(() => {});
  }
  if (last) await at.kube.delete(refOf(at, what));
  // Chaos Mesh 2.8 keeps what it could not even inject, and does not get as far as its own annotation for that.
  const byHand = `once its pod is whole, release it: kubectl patch ${what.kind} ${what.name} -n ${site.namespace} --type merge -p '{"metadata":{"finalizers":null}}'`;
  const gone = async () => ((last = await read(at, what)) === undefined ? true : undefined);
  await until(gone, { withinMs: recoveredWithinMs, everyMs, what: `${title} to be gone` }).catch(
    async (error: Error) => {
      throw new SetupError(
        `${error.message}: Chaos Mesh has not recovered it (${await whyOf(at, what, last)}); ${byHand}`,
      );
    },
  );
}

/** Whether its own end is near, or over, by the clock of the cluster: no drill begins where that differs by a second. */
function endsSoon({ metadata, spec }: Resource, nowMs = Date.now()): boolean {
  const { duration } = spec as { duration?: string };
  const ms = duration === undefined ? undefined : goDurationMs(duration);
  return ms !== undefined && nowMs >= Date.parse(metadata.creationTimestamp ?? '') + ms - endsSoonMs;
}
