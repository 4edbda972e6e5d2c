/** Server-side apply of manifests, in their order. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError } from '../../../errors.ts';
import type { KubeObject } from '../objects.ts';
import { apiMessage, type Kube } from './kube.ts';
import { UnknownKindError } from './rest.ts';

/** An operator that is ready may still be a moment away from answering as a webhook. */
const webhookWithinMs = 60_000;
const retryEveryMs = 500;

/**
 * Applies objects one after the other.
 * @param patienceMs how long a webhook that does not answer is waited for
 * @returns those that were left out because the cluster does not know their kind, as `Kind name`
 * @throws SetupError with the API's own words where it refuses one
 */
export async function applyAll(
  kube: Pick<Kube, 'apply'>,
  objects: readonly KubeObject[],
  signal: AbortSignal,
  patienceMs = webhookWithinMs,
): Promise<string[]> {
  const leftOut: string[] = [];
  for (const object of objects)
    if (!(await apply(kube, object, signal, patienceMs))) leftOut.push(`${object.kind} ${object.metadata.name}`);
  return leftOut;
}

async function apply(
  kube: Pick<Kube, 'apply'>,
  object: KubeObject,
  signal: AbortSignal,
  patienceMs: number,
): Promise<boolean> {
  const deadlineMs = performance.now() + patienceMs;
  for (;;) {
    signal.throwIfAborted();
    try {
      await kube.apply(object);
      return true;
    } catch (error) {
      const message = apiMessage(error);
      if (isOptional(object) && error instanceof UnknownKindError) return false;
      const name = `${object.kind} ${object.metadata.name}`;
      if (!/failed calling webhook|connection refused|ECONNRESET/.test(message))
        throw new SetupError(`the cluster refused ${name}: ${message}`);
      if (performance.now() > deadlineMs)
        throw new SetupError(
          `the cluster could not take ${name} for ${patienceMs / 1000} s, since CloudNativePG's webhook does not answer: ${message}`,
        );
      await sleep(retryEveryMs);
    }
  }
}

/** Monitoring is for clusters that have the Prometheus operator. */
const isOptional = ({ apiVersion }: KubeObject) => apiVersion.startsWith('monitoring.coreos.com/');
