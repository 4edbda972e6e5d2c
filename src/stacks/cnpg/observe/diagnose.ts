/** Objects and events of a cluster as text, for a run's folder. */
import { stringify } from 'yaml';
import type { Kube } from '../api/kube.ts';
import { eventKind, type KubeEvent, type KubeObject } from '../objects.ts';
import { eventTime } from '../ready.ts';

export const objectsText = (objects: readonly KubeObject[]): string =>
  objects.map((object) => stringify(object)).join('---\n');

/** The events of a namespace, the oldest first, one a line. */
export async function eventsText(kube: Pick<Kube, 'list'>, namespace: string): Promise<string> {
  const events = await kube.list<KubeEvent>(eventKind, namespace);
  return events
    .sort((a, b) => eventTime(a).localeCompare(eventTime(b)))
    .map(
      (event) => `${eventTime(event)} ${event.type} ${event.reason} ${event.involvedObject?.name}: ${event.message}\n`,
    )
    .join('');
}
