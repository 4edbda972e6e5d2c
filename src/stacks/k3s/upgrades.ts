/** From which version to which: what an update may be, and how long the operator takes to replace pods. */
import { until } from '../../wait.ts';
import type { ClusterAt } from '../cnpg/faults/at.ts';
import { instanceSelector, labels } from '../cnpg/names.ts';
import { isReady, type Pod, podKind } from '../cnpg/objects.ts';
import { podTrouble } from '../cnpg/ready.ts';

/** Standbys are replaced one after another, and each first has to stream again. */
const updatedWithinMs = 600_000;

/** The numbers of an image’s tag: `postgresql:17.12-system-trixie` is 17.12; undefined where it has none. */
export function versionOf(image: string): readonly number[] | undefined {
  const [, numbers] = /:v?(\d+(?:\.\d+){1,2})(?![\d.])[^/:]*$/.exec(image.replace(/@.*$/, '')) ?? [];
  return numbers?.split('.').map(Number);
}

const inWords = (version: readonly number[]): string => version.join('.');

interface Step {
  readonly what: string;
  /** Images, by whose tags versions are known. */
  readonly from: string;
  readonly to: string;
  /** Which variable names `to`. */
  readonly variable: string;
  /** Versions that differ in these first numbers are another kind of upgrade. */
  readonly sameFirst?: number;
}

/** Why an update from one image to another is refused, in a sentence; undefined where it is an update. */
export function whyNoUpdate({ what, from, to, variable, sameFirst = 0 }: Step): string | undefined {
  const [before, after] = [versionOf(from), versionOf(to)];
  const unknown = before ? (after ? undefined : to) : from;
  if (unknown !== undefined)
    return `${what} needs images with their version as a tag, such as postgresql:17.12, but ${unknown} has none; name another in ${variable}`;
  const difference =
    before!.map((number, i) => (after![i] ?? 0) - number).find((by) => by !== 0) ?? after!.length - before!.length;
  const versions = `${inWords(before!)} runs, and ${variable} names ${inWords(after!)}`;
  if (difference === 0) return `${what} needs a newer version: ${versions}, which is the same; name a newer one`;
  if (difference < 0)
    return `${what} needs a newer version: ${versions}, which is older, and nothing downgrades; name a newer one`;
  if (before!.slice(0, sameFirst).some((number, i) => number !== after![i]))
    return `${what} is a minor update: ${versions}, which is another major version and stops the whole cluster; name a newer ${before!.slice(0, sameFirst).join('.')}.x`;
  return undefined;
}

/** The image of a pod’s container, init containers included. */
export const imageIn = ({ spec }: Pod, container: string): string | undefined =>
  [...spec.containers, ...(spec.initContainers ?? [])].find(({ name }) => name === container)?.image;

/** The pods of the Cluster’s instances. */
export const instancesOf = ({ kube, site }: ClusterAt): Promise<Pod[]> =>
  kube.list<Pod>(podKind, site.namespace, instanceSelector(site.cluster));

/** The pods of every Pooler in the namespace of the Cluster. */
export const poolersOf = ({ kube, site }: ClusterAt): Promise<Pod[]> =>
  kube.list<Pod>(podKind, site.namespace, labels.pooler);

/**
 * Waits until each pod runs the image and is ready.
 * @param container whose image it is
 * @throws SetupError where they do not in time, with the first that does not
 */
export async function allUpdated(
  pods: () => Promise<readonly Pod[]>,
  { container, image }: { readonly container: string; readonly image: string },
  withinMs = updatedWithinMs,
): Promise<string> {
  let why = 'no pod exists';
  const updated = async () => {
    const found = await pods().catch(() => []);
    const [behind] = found.filter((pod) => imageIn(pod, container) !== image || !isReady(pod));
    if (behind)
      why = `${behind.metadata.name} runs ${imageIn(behind, container) ?? 'no such container'}${podTrouble(behind) ? `, ${podTrouble(behind)}` : ''}`;
    return found.length > 0 && !behind ? found : undefined;
  };
  const what = `every pod to run ${image}`;
  const found = await until(updated, { withinMs, everyMs: 1_000, what, why: () => why });
  return `${found
    .map(({ metadata }) => metadata.name)
    .sort()
    .join(', ')} run ${image}`;
}
