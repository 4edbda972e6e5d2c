/** Server-side apply of manifests, in their order. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError } from '../../errors.ts';
import { apiMessage, type Kube } from './kube.ts';
import type { KubeObject } from './objects.ts';
import { UnknownKindError } from './rest.ts';

/** An operator that is ready may still be a moment away from answering as a webhook. */
const webhookWithinMs = 60_000;
const retryEveryMs = 500;

/**
 * Applies objects one after the other.
 * @returns those that were left out because the cluster does not know their kind, as `Kind name`
 * @throws SetupError with the API's own words where it refuses one
 */
export async function applyAll(kube: Kube, objects: readonly KubeObject[], signal: AbortSignal): Promise<string[]> {
  const leftOut: string[] = [];
  for (const object of objects)
    if (!(await apply(kube, object, signal))) leftOut.push(`${object.kind} ${object.metadata.name}`);
  return leftOut;
}

async function apply(kube: Kube, object: KubeObject, signal: AbortSignal): Promise<boolean> {
  const deadlineMs = performance.now() + webhookWithinMs;
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
          `the cluster could not take ${name} for ${webhookWithinMs / 1000} s, since CloudNativePG's webhook does not answer: ${message}`,
        );
      await sleep(retryEveryMs);
    }
  }
}

/** Monitoring is for clusters that have the Prometheus operator. */
const isOptional = ({ apiVersion }: KubeObject) => apiVersion.startsWith('monitoring.coreos.com/');
