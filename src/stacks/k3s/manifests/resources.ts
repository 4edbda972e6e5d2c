/** Fits requests and limits to the machine. Quantities as Kubernetes writes them. */
import { bytesOf } from '../../cnpg/objects.ts';
import type { Fitting, Mutable } from './change.ts';

/** @returns `512Mi` */
export const quantity = (bytes: number): string => `${Math.floor(bytes / 2 ** 20)}Mi`;

/** @returns processors: `500m` is 0.5; NaN where it is not a quantity */
function processorsOf(text: string): number {
  const [, number, milli] = /^([\d.]+)(m?)$/.exec(text) ?? [];
  return Number(number) / (milli ? 1_000 : 1);
}

/**
 * Lowers what is more than the machine has for each pod.
 * @param path of the `resources` in the object
 * @returns the memory limit then, in bytes; undefined where there is none
 */
export function shrinkMemory(
  fitting: Fitting,
  object: Mutable,
  path: readonly (string | number)[],
  mostBytes: number,
): number | undefined {
  const resources = path.reduce((at, key) => at?.[key], object);
  for (const which of ['requests', 'limits']) {
    const bytes = bytesOf(String(resources?.[which]?.memory ?? ''));
    if (bytes > mostBytes)
      fitting.set(
        object,
        [...path, which, 'memory'],
        quantity(mostBytes),
        'the memory that this machine has for each instance',
      );
    for (const name of Object.keys(resources?.[which] ?? {}))
      if (name !== 'memory' && name !== 'cpu')
        fitting.remove(object, [...path, which, name], 'nodes of the drill have processors and memory only');
  }
  const limit = bytesOf(String(resources?.limits?.memory ?? ''));
  return Number.isNaN(limit) ? undefined : limit;
}

/** Requests are reserved on a node; limits above the machine's processors do no harm. */
export function shrinkProcessors(
  fitting: Fitting,
  object: Mutable,
  path: readonly (string | number)[],
  processors: number,
): void {
  const asked = path.reduce((at, key) => at?.[key], object)?.requests?.cpu;
  const most = processors / 4;
  if (processorsOf(String(asked ?? '')) > most)
    fitting.set(
      object,
      [...path, 'requests', 'cpu'],
      `${Math.floor(most * 1_000)}m`,
      'all nodes share the processors of this machine',
    );
}
