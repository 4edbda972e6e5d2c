/** Which pods a selector of Chaos Mesh selects, as its controller decides it, and whether a drill may use it. Pure. */
import { z } from 'zod';
import { UsageError } from '../errors.ts';

/** As far as pods are looked at. */
export interface SelectablePod {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly status?: { readonly phase?: string };
}

/** In place of a selector: the pod of the instance that the drill aims at. Applied by hand, it selects nothing. */
export const placeholder = { 'pgdrill.dev/instance': 'target' } as const;
const [[placeholderKey, placeholderValue]] = Object.entries(placeholder) as [[string, string]];

const words = z.record(z.string(), z.string());
export const selectorSchema = z.strictObject({
  namespaces: z.array(z.string()).optional(),
  labelSelectors: words.optional(),
  annotationSelectors: words.optional(),
  expressionSelectors: z
    .array(
      z.strictObject({
        key: z.string(),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.array(z.string()).optional(),
      }),
    )
    .optional(),
  pods: z.record(z.string(), z.array(z.string())).optional(),
  podPhaseSelectors: z.array(z.string()).optional(),
  nodes: z.array(z.string()).optional(),
  nodeSelectors: words.optional(),
  fieldSelectors: words.optional(),
});
type Selector = z.infer<typeof selectorSchema>;

export interface PodSelector {
  readonly selector: Selector;
  readonly mode: string;
}

/** What a selector is held against. */
export interface SelectedFrom {
  readonly namespace: string;
  readonly cluster: string;
  /** Every pod of the namespace. */
  readonly pods: readonly SelectablePod[];
  /** The instances among them. */
  readonly instances: readonly string[];
}

/** Selects by nodes: which pods are on them is seen by no drill without a right to nodes. */
const notRead = ['nodes', 'nodeSelectors', 'fieldSelectors'] as const;

/** @returns the names of the pods @throws UsageError for pods of another namespace, and for what pgdrill does not read */
export function selectedPods(what: string, selector: Selector, { namespace, pods }: SelectedFrom): string[] {
  const others = [...(selector.namespaces ?? []), ...Object.keys(selector.pods ?? {})].filter(
    (one) => one !== namespace,
  );
  if (others[0])
    throw new UsageError(`${what} selects pods of the namespace ${others[0]}, but the Cluster is in ${namespace}`);
  if (selector.pods && Object.keys(selector.pods).length > 0) {
    // Chaos Mesh looks at nothing else then.
    const named = selector.pods[namespace] ?? [];
    return pods.map(({ metadata }) => metadata.name).filter((name) => named.includes(name));
  }
  const unread = notRead.find((key) => Object.keys(selector[key] ?? {}).length > 0);
  if (unread)
    throw new UsageError(
      `${what} has ${unread}, by which pgdrill cannot see which pods it selects; select by labels, annotations, expressions or names, or by the label ${placeholderKey}: ${placeholderValue}`,
    );
  return pods.filter((pod) => matches(selector, pod)).map(({ metadata }) => metadata.name);
}

function matches(selector: Selector, { metadata: { labels = {}, annotations = {} }, status }: SelectablePod): boolean {
  const { labelSelectors = {}, annotationSelectors = {}, expressionSelectors = [], podPhaseSelectors = [] } = selector;
  return (
    Object.entries(labelSelectors).every(([key, value]) => labels[key] === value) &&
    Object.entries(annotationSelectors).every(([key, value]) => annotations[key] === value) &&
    expressionSelectors.every((one) => holds(one, labels)) &&
    (podPhaseSelectors.length === 0 || podPhaseSelectors.includes(status?.phase ?? ''))
  );
}

function holds(
  { key, operator, values = [] }: NonNullable<Selector['expressionSelectors']>[number],
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = labels[key];
  switch (operator) {
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
  }
}

const isPlaceholder = ({ labelSelectors = {} }: Selector): boolean => placeholderKey in labelSelectors;

/**
 * Holds the selector of an experiment against the instance that a drill aims at: it is the placeholder, or it selects this
 * instance, and none but instances of this Cluster.
 * @param what the experiment, as messages name it
 * @returns the other instances that it would choose from at random
 * @throws UsageError saying what it selects instead
 */
export function refuseSelection(
  what: string,
  { selector, mode }: PodSelector,
  target: string,
  from: SelectedFrom,
): string[] {
  if (isPlaceholder(selector)) {
    refuseBesidePlaceholder(what, selector, from.namespace);
    return [];
  }
  const selected = selectedPods(what, selector, from);
  if (selected.length === 0) throw new UsageError(`${what} selects no pod of ${from.namespace}`);
  const foreign = selected.filter((name) => !from.instances.includes(name));
  if (foreign.length > 0)
    throw new UsageError(
      `${what} selects ${foreign.join(', ')}, which ${foreign.length === 1 ? 'is not an instance' : 'are not instances'} of ${from.cluster}; narrow its selector`,
    );
  if (!selected.includes(target))
    throw new UsageError(`${what} selects ${selected.join(', ')}, but the drill aims at ${target}`);
  if (selected.length > 1 && mode !== 'one')
    throw new UsageError(
      `${what} breaks ${selected.join(', ')} with the mode ${mode}, but a drill breaks one instance at a time: use the mode one`,
    );
  return selected.filter((name) => name !== target);
}

function refuseBesidePlaceholder(what: string, selector: Selector, namespace: string): void {
  const { labelSelectors = {}, namespaces = [], ...rest } = selector;
  if (labelSelectors[placeholderKey] !== placeholderValue)
    throw new UsageError(
      `${what} selects by ${placeholderKey}: ${labelSelectors[placeholderKey]}, but the word for the drill’s target is ${placeholderValue}`,
    );
  const [beside] = [...Object.keys(labelSelectors).filter((key) => key !== placeholderKey), ...Object.keys(rest)];
  if (beside)
    throw new UsageError(
      `${what} selects by ${placeholderKey}, beside which nothing else may select, but ${beside} does`,
    );
  const other = namespaces.find((one) => one !== namespace);
  if (other) throw new UsageError(`${what} selects pods of the namespace ${other}, but the Cluster is in ${namespace}`);
}

/**
 * Holds the other end of an experiment, whose pods it changes too, against the Cluster: its instances and poolers.
 * @throws UsageError naming the pod of others, and where none is selected
 */
export function refuseOtherEnd(
  what: string,
  { selector }: PodSelector,
  from: SelectedFrom,
  owned: (pod: SelectablePod) => boolean,
): void {
  const selected = selectedPods(what, selector, from);
  if (selected.length === 0) throw new UsageError(`${what} selects no pod of ${from.namespace}`);
  const foreign = from.pods.find((pod) => selected.includes(pod.metadata.name) && !owned(pod));
  if (foreign)
    throw new UsageError(
      `${what} changes ${foreign.metadata.name}, which does not belong to ${from.cluster}; narrow it`,
    );
}
