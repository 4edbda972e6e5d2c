/** Which of Kubernetes' events belong into a journal. Pure. */
import type { KubeEvent } from '../objects.ts';
import { eventTime } from '../ready.ts';
import type { NoteSeen } from './roles.ts';

/** What the operator says of a failover, and what kubelets and schedulers warn of. */
const relevant = new Set([
  'FailingOver',
  'FailoverTarget',
  'SwitchoverStarted',
  'SandboxChanged',
  'Killing',
  'TaintManagerEviction',
  'NodeNotReady',
]);

/**
 * @param since events that were last seen before are history
 * @returns a function that is given each version of an event, and gives a note where it reports something
 */
export function noteEvents(since: Date): (event: KubeEvent) => NoteSeen[] {
  const reported = new Set<string>();
  return (event) => {
    const { metadata, reason = '', message = '', type, involvedObject } = event;
    const at = new Date(eventTime(event));
    // Events have whole seconds: one of the second in which the watch began may be new.
    if (Number.isNaN(at.getTime()) || at.getTime() < since.getTime() - 1_000) return [];
    if (type !== 'Warning' && !relevant.has(reason)) return [];
    const key = `${metadata.name} ${message}`;
    if (reported.has(key)) return [];
    reported.add(key);
    const level = type === 'Warning' ? 'warn' : 'info';
    return [{ kind: 'note', level, text: `event ${reason} of ${involvedObject?.name}: ${message}` }];
  };
}
