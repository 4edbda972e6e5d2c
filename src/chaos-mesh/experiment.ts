/** An experiment of Chaos Mesh as a file holds it: read, checked and fitted to one pod. Pure. */
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { type ExperimentKind, experimentKinds } from '../faults/words/experiment.ts';
import { managedBy } from '../managed-by.ts';
import { type PodSelector, selectorSchema } from './selector.ts';

export const apiVersion = 'chaos-mesh.org/v1alpha1';

/** Actions that break once and do not last. */
const oneShots: ReadonlySet<unknown> = new Set(['pod-kill', 'container-kill']);
/** Until then Chaos Mesh does nothing with it, or takes back what it did. */
const pauseAnnotation = 'experiment.chaos-mesh.org/pause';
const kinds = Object.keys(experimentKinds);

export interface Experiment {
  readonly kind: ExperimentKind;
  /** What it does: `pod-failure`; absent for kinds that do one thing only. */
  readonly action: string | undefined;
  /** Absent: it breaks once. */
  readonly durationMs: number | undefined;
  readonly selector: PodSelector;
  /** The other end of a NetworkChaos whose pods it changes too. */
  readonly changesAlso: PodSelector | undefined;
  readonly namespace: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: Readonly<Record<string, unknown>>;
}

const words = z.record(z.string(), z.string());
const picked = z.looseObject({ selector: selectorSchema, mode: z.string() });
const resourceSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z
    .looseObject({ namespace: z.string().optional(), labels: words.optional(), annotations: words.optional() })
    .default({}),
  spec: z.looseObject({
    selector: selectorSchema,
    mode: z.enum(['one', 'all', 'fixed', 'fixed-percent', 'random-max-percent']),
    action: z.string().optional(),
    duration: z.string('expected a length such as 60s').optional(),
    direction: z.enum(['to', 'from', 'both']).default('to'),
    target: picked.optional(),
  }),
});

/**
 * @param text YAML of one resource
 * @param file what messages call it
 * @throws UsageError saying what it is instead of an experiment that can be the fault of a drill
 */
export function parseExperiment(text: string, file: string): Experiment {
  const value = documentOf(text, file);
  const { apiVersion: group = '', kind = '' } = (value ?? {}) as { apiVersion?: unknown; kind?: unknown };
  refuseOtherKinds(file, String(group), String(kind));
  const parsed = resourceSchema.safeParse(value);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new UsageError(`the ${String(kind)} of ${file} is not valid: ${path.join('.')}: ${message}`);
  }
  const { metadata, spec } = parsed.data;
  if (metadata.annotations?.[pauseAnnotation] === 'true')
    throw new UsageError(
      `the ${String(kind)} of ${file} is paused (${pauseAnnotation}): Chaos Mesh would inject nothing`,
    );
  if (spec.remoteCluster)
    throw new UsageError(
      `the ${String(kind)} of ${file} has a remoteCluster, but a drill breaks the cluster that it measures`,
    );
  const { action, direction, target } = spec;
  const changes = kind === 'NetworkChaos' && direction !== 'to';
  return {
    kind: kind as ExperimentKind,
    action,
    durationMs: durationOf(spec, String(kind), file),
    selector: spec,
    changesAlso: changes && target ? (target as PodSelector) : undefined,
    namespace: metadata.namespace,
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    spec: (value as { spec: Record<string, unknown> }).spec,
  };
}

function documentOf(text: string, file: string): unknown {
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents) || documents.length === 0)
    throw new UsageError(`${file} should hold an experiment of Chaos Mesh, but is empty`);
  const [error] = documents.flatMap(({ errors }) => errors);
  if (error) throw new UsageError(`${file} is not YAML: ${error.message.split('\n')[0]}`);
  if (documents.length > 1)
    throw new UsageError(`${file} should hold one experiment, but holds ${documents.length} resources`);
  return documents[0]!.toJS();
}

function refuseOtherKinds(file: string, group: string, kind: string): void {
  if (group.startsWith('litmuschaos.io/'))
    throw new UsageError(
      `${file} is a ${kind} of LitmusChaos; experiments of Chaos Mesh alone can be the fault of a drill`,
    );
  const is = `${file} should hold an experiment of ${apiVersion}, but holds ${kind ? `a ${kind} of ${group || 'no apiVersion'}` : 'something else'}`;
  if (group !== apiVersion) throw new UsageError(is);
  if (kind === 'Schedule' || kind === 'Workflow')
    throw new UsageError(
      `${file} is a ${kind}, which injects again and again; a drill injects one experiment: give it a ${kinds.join(', ')}`,
    );
  if (!kinds.includes(kind))
    throw new UsageError(`${file} is a ${kind}; experiments that can be the fault of a drill are ${kinds.join(', ')}`);
}

/** A length as Go writes it: `1m30s`. @returns ms; undefined where it is none */
export function goDurationMs(text: string): number | undefined {
  const units: Readonly<Record<string, number>> = {
    h: 3_600_000,
    m: 60_000,
    s: 1_000,
    ms: 1,
    us: 1e-3,
    µs: 1e-3,
    ns: 1e-6,
  };
  if (!/^(\d+(\.\d+)?(h|ms|m|s|us|µs|ns))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g)];
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * units[unit!]!, 0);
}

/** The shortest that can be seen to begin and end. */
const leastMs = 5_000;

function durationOf(
  { action, duration, scheduler }: { action?: string | undefined; duration?: string | undefined; scheduler?: unknown },
  kind: string,
  file: string,
): number | undefined {
  if (scheduler)
    throw new UsageError(
      `the ${kind} of ${file} has a scheduler, so it injects again and again; a drill injects one experiment`,
    );
  if (kind === 'PodChaos' && oneShots.has(action)) return undefined;
  if (duration === undefined)
    throw new UsageError(`the ${kind} of ${file} has no end; give it one: spec.duration: 60s`);
  const ms = goDurationMs(duration);
  if (ms === undefined || ms < leastMs)
    throw new UsageError(
      `the ${kind} of ${file} should have a spec.duration of 5s or more, such as 90s or 1m30s, but has ${JSON.stringify(duration)}`,
    );
  return ms;
}

/** What a drill calls its experiment. @param random six hexadecimal digits */
export const experimentName = (cluster: string, random: string): string => `pgdrill-${cluster}-${random}`;

const labelOf = 'pgdrill.dev/cluster';

/** Whether labels are those of a drill's experiment on this Cluster. */
export const isOfDrill = (labels: Readonly<Record<string, string>> | undefined, cluster: string): boolean =>
  labels?.[labelOf] === cluster && Object.entries(managedBy).every(([key, value]) => labels[key] === value);

/** The resource as it is created: the spec of the file, its selector narrowed to one pod by name. */
export function fitted(
  { kind, spec, labels, annotations }: Experiment,
  at: { readonly name: string; readonly namespace: string; readonly cluster: string; readonly pod: string },
) {
  const { value: _value, ...rest } = spec;
  const { name, namespace, cluster, pod } = at;
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, annotations, labels: { ...labels, ...managedBy, [labelOf]: cluster } },
    spec: { ...rest, mode: 'one', selector: { namespaces: [namespace], pods: { [namespace]: [pod] } } },
  };
}

/** For people: `PodChaos pod-failure`. */
export const titleOf = ({ kind, action }: Pick<Experiment, 'kind' | 'action'>): string =>
  action === undefined ? kind : `${kind} ${action}`;
