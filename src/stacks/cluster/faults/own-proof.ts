/**
 * What proves an experiment beside the tool that injected it: its report alone is not enough. Chaos Mesh has been seen to
 * report a partition as injected whose rules it had overwritten, and no packet was dropped.
 */
import { type Experiment, goDurationMs, titleOf } from '../../../chaos-mesh/experiment.ts';
import { selectedPods } from '../../../chaos-mesh/selector.ts';
import { until } from '../../../wait.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { instanceSelector, postgresContainer } from '../../cnpg/names.ts';
import { isReady, type Pod, podKind, refTo } from '../../cnpg/objects.ts';
import { catalogueOnly } from '../connect.ts';

/** Looks whether the experiment shows, and says how; undefined where it does not yet. */
type Look = () => Promise<string | undefined>;

/**
 * Prepares the proof of an experiment; what is compared with later is measured here.
 * @param pod the pod of the target, before anything is broken
 * @returns waits until the experiment shows, and says how; undefined where pgdrill has no proof of its own
 */
export async function ownProof(
  at: ClusterAt,
  experiment: Experiment,
  pod: Pod,
  withinMs: number,
): Promise<(() => Promise<string>) | undefined> {
  const look = await lookFor(at, experiment, pod);
  const what = `${pod.metadata.name} to show ${titleOf(experiment)}, which Chaos Mesh reports as injected`;
  return look && (() => until(look, { withinMs, everyMs: 100, what }));
}

async function lookFor(at: ClusterAt, experiment: Experiment, pod: Pod): Promise<Look | undefined> {
  switch (experiment.kind) {
    case 'PodChaos':
      return onPod(at, experiment, pod);
    case 'NetworkChaos':
      return fromPeer(at, experiment, pod);
    case 'StressChaos':
      return byProcesses(at, experiment, pod);
    case 'TimeChaos':
      return byClock(at, experiment, pod);
    case 'IOChaos':
      return undefined;
  }
}

const restarts = (pod: Pod): number =>
  (pod.status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);

const onPods: Readonly<Record<string, readonly [says: string, shows: (pod: Pod, before: Pod) => boolean]>> = {
  'pod-kill': ['its pod is deleted', ({ metadata }) => metadata.deletionTimestamp !== undefined],
  'pod-failure': ['its pod is not ready', (pod) => !isReady(pod)],
  'container-kill': ['a container of it has ended', (pod, before) => !isReady(pod) || restarts(pod) > restarts(before)],
};

function onPod({ kube, site }: ClusterAt, { action = '' }: Experiment, before: Pod): Look | undefined {
  const known = onPods[action];
  if (!known) return undefined;
  const [says, shows] = known;
  return async () => {
    const now = await kube.read<Pod>(refTo(podKind, before.metadata.name, site.namespace));
    const gone = !now || now.metadata.uid !== before.metadata.uid;
    return gone || shows(now, before) ? says : undefined;
  };
}

/** Three times: how `pg_isready` of the host `$1` ends, and how many ms it takes. */
const askThrice = `
for round in 1 2 3; do
  from=$(date +%s%N); pg_isready -q -h "$1" -p 5432 -t 1; code=$?; to=$(date +%s%N)
  echo "$code $(( (to - from) / 1000000 ))"
done`;

/** From another instance, which the experiment has to be about. */
async function fromPeer(at: ClusterAt, { action, spec }: Experiment, pod: Pod): Promise<Look | undefined> {
  const { kube, site } = at;
  const address = pod.status?.podIP;
  const peer = await peerOf(at, spec, pod);
  const lostAll = action === 'loss' && Number((spec.loss as { loss?: string } | undefined)?.loss) >= 100;
  const latencyMs =
    action === 'delay' ? goDurationMs(String((spec.delay as { latency?: string })?.latency)) : undefined;
  if (!peer || !address || !(action === 'partition' || lostAll || latencyMs)) return undefined;
  const ask = async () => {
    const text = await kube.run(site.namespace, peer, postgresContainer, ['sh', '-c', askThrice, 'sh', address]);
    const rounds = text
      .trim()
      .split('\n')
      .map((line) => line.split(' ').map(Number) as [number, number]);
    return {
      unanswered: rounds.every(([code]) => code === 2),
      ms: rounds.map(([, ms]) => ms).sort((a, b) => a - b)[1]!,
    };
  };
  if (latencyMs === undefined)
    return async () => ((await ask()).unanswered ? `${peer} gets no answer from it` : undefined);
  const before = await ask();
  return async () => {
    const { ms } = await ask();
    return ms >= before.ms + latencyMs
      ? `an answer to ${peer} takes ${ms} ms, and took ${before.ms} ms before`
      : undefined;
  };
}

async function peerOf({ kube, site }: ClusterAt, spec: Experiment['spec'], pod: Pod): Promise<string | undefined> {
  const { namespace, cluster } = site;
  const instances = await kube.list<Pod>(podKind, namespace, instanceSelector(cluster));
  const others = instances.filter((one) => isReady(one) && one.metadata.name !== pod.metadata.name);
  const names = others.map(({ metadata }) => metadata.name);
  const { target, externalTargets } = spec as { target?: { selector?: object }; externalTargets?: unknown };
  if (externalTargets) return undefined;
  if (!target?.selector) return names[0];
  const pods = await kube.list<Pod>(podKind, namespace);
  const selected = selectedPods('its target', target.selector, { namespace, cluster, pods, instances: names });
  return names.find((name) => selected.includes(name));
}

const containerOf = ({ spec }: Experiment): string =>
  (spec.containerNames as string[] | undefined)?.[0] ?? postgresContainer;

/** Chaos Mesh starts them among the processes of the container. */
function byProcesses({ kube, site }: ClusterAt, experiment: Experiment, { metadata }: Pod): Look {
  const command = ['sh', '-c', 'cat /proc/[0-9]*/comm'];
  return async () => {
    const text = await kube.run(site.namespace, metadata.name, containerOf(experiment), command);
    const found = text.split('\n').filter((name) => /^(stress-ng|memStress)/.test(name));
    return found.length > 0 ? `${found.length} processes of ${found[0]} run in it` : undefined;
  };
}

/** A shift that no drill begins with: clocks differ by less than a second. */
const leastShiftMs = 10_000;

function byClock({ kube, site }: ClusterAt, { spec }: Experiment, { metadata }: Pod): Look | undefined {
  const text = String(spec.timeOffset ?? '');
  const sizeMs = goDurationMs(text.replace(/^[-+]/, '')) ?? 0;
  const shiftMs = text.startsWith('-') ? -sizeMs : sizeMs;
  if (sizeMs < leastShiftMs) return undefined;
  // A superuser's session: it reads no start file, and its operators are those of the catalogue.
  const sql = 'select extract(epoch from clock_timestamp()) * 1000';
  const command = ['env', `PGOPTIONS=${catalogueOnly}`, 'psql', '-X', '-d', 'postgres', '-Atc', sql];
  return async () => {
    const seenMs = Number(await kube.run(site.namespace, metadata.name, postgresContainer, command)) - Date.now();
    return Math.abs(seenMs - shiftMs) < leastShiftMs / 2
      ? `its clock is off by ${Math.round(seenMs / 1_000)} s`
      : undefined;
  };
}
