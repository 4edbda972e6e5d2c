/** What the pods of instances show: new addresses, and containers that came and went. Pure. */
import type { Seen } from '../stack.ts';
import type { Pod } from './objects.ts';

interface Known {
  readonly address: string;
  readonly restarts: number;
  readonly uid: string;
}

/**
 * @returns a function that is given each version of a pod, and gives what changed: an `instance` line for an address
 * that is new (a pod that is recreated, or whose sandbox died, gets another), notes for the rest
 */
export function podChanges(): (pod: Pod, type: string) => Seen[] {
  const known = new Map<string, Known>();
  return (pod, type) => {
    const { name, uid = '' } = pod.metadata;
    if (type === 'DELETED') return [note(`pod ${name} is gone`)];
    const before = known.get(name);
    const address = pod.status?.podIP ?? before?.address ?? '';
    const restarts = (pod.status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
    known.set(name, { address, restarts, uid });
    if (!before) return [];
    const seen: Seen[] = [];
    if (uid !== before.uid) seen.push(note(`pod ${name} was recreated`));
    else if (restarts > before.restarts)
      seen.push(note(`pod ${name} was restarted in place, ${restarts} times so far`));
    if (address !== before.address && address !== '')
      seen.push({ kind: 'instance', name, address, host: pod.spec.nodeName ?? '' });
    return seen;
  };
}

const note = (text: string): Seen => ({ kind: 'note', level: 'info', text });
