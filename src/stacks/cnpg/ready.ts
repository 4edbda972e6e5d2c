/** Waiting for the cluster by watches, and saying what hinders it when it takes too long. */
import { SetupError } from '../../errors.ts';
import type { Kube } from './api/kube.ts';
import { keepWatching } from './api/watch.ts';
import { eventKind, type KubeEvent, type KubeObject, type Pod } from './objects.ts';

export interface Wait<T extends KubeObject> {
  /** Completes the sentence "waited 300 s for …". */
  readonly what: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Undefined once it is ready; otherwise what is missing. */
  readonly missing: (objects: readonly T[]) => string | undefined;
  readonly withinMs: number;
  readonly signal: AbortSignal;
  /** Whose events explain a failed wait. */
  readonly namespace: string;
  /** Called whenever what is missing changes. */
  readonly progress?: (missing: string) => void;
}

/**
 * Watches objects until nothing is missing.
 * @returns the objects as they are then
 * @throws SetupError after `withinMs`, with what is missing and the cluster's last warnings; or the signal's reason
 */
export async function waitFor<T extends KubeObject>(kube: Kube, wait: Wait<T>): Promise<T[]> {
  const { what, path, query = {}, missing, withinMs, signal, namespace, progress } = wait;
  const objects = new Map<string, T>();
  const stop = new AbortController();
  const tooLate = AbortSignal.timeout(withinMs);
  let lacking = missing([]) ?? '';
  let there = false;
  await keepWatching<T>({
    transport: kube.watchTransport,
    path,
    query,
    signal: AbortSignal.any([signal, stop.signal, tooLate]),
    onEvent: (type, object) => {
      if (type === 'DELETED') objects.delete(object.metadata.name);
      else objects.set(object.metadata.name, object);
      const now = missing([...objects.values()]);
      there = now === undefined;
      if (there) stop.abort();
      else if (now !== lacking) progress?.((lacking = now!));
    },
  });
  signal.throwIfAborted();
  if (there) return [...objects.values()];
  const warnings = await lastWarnings(kube, namespace).catch(() => []);
  const because = warnings.length > 0 ? `; last warnings: ${warnings.join(' · ')}` : '';
  throw new SetupError(`waited ${withinMs / 1000} s for ${what}, without success: ${lacking}${because}`);
}

/** The last warnings of a namespace, the newest first, as `object: message`. */
export async function lastWarnings(kube: Kube, namespace: string, count = 3): Promise<string[]> {
  const events = await kube.list<KubeEvent>(eventKind, namespace);
  return events
    .filter(({ type }) => type === 'Warning')
    .sort((a, b) => eventTime(b).localeCompare(eventTime(a)))
    .slice(0, count)
    .map(({ involvedObject, message }) => `${involvedObject?.name}: ${message}`);
}

export const eventTime = ({ lastTimestamp, eventTime }: KubeEvent): string => String(lastTimestamp ?? eventTime ?? '');

/** Why a pod is not ready, in a few words; undefined if it is. */
export function podTrouble(pod: Pod): string | undefined {
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True') return undefined;
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const waiting = statuses.find(({ state }) => state?.waiting?.reason)?.state?.waiting;
  const unscheduled = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  return `${pod.metadata.name} ${unscheduled?.message ?? waiting?.message ?? waiting?.reason ?? ready?.message ?? pod.status?.phase ?? 'is not there yet'}`;
}
