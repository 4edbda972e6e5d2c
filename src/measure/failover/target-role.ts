/** What an instance was before a fault came, as reports name it: `the primary pg3`, `the only standby pg1`. */
import { contractOf } from '../../faults/index.ts';
import type { Run } from '../../journal/run.ts';
import type { FaultWindow } from '../availability/fault-windows.ts';

/** The instance that was the primary at some time, as the last observer before said; undefined where none did. */
function primaryAt({ roles }: Run, atUs: number): string | undefined {
  const last = roles.findLast(({ role, observer, tUs }) => tUs <= atUs && observer !== 'route' && role === 'primary');
  return last?.instance;
}

/** The primary of the moment before a fault, where the fault hit it. */
export function primaryHitBy(run: Run, { hits, inject }: Pick<FaultWindow, 'hits' | 'inject'>): string | undefined {
  const primary = primaryAt(run, inject.lo);
  return primary !== undefined && hits.includes(primary) ? primary : undefined;
}

/** How it replicated then, by the last look at it. */
const syncStateAt = ({ replicas }: Run, name: string, atUs: number): string | undefined =>
  replicas.findLast(({ instance, tUs }) => instance === name && tUs <= atUs)?.syncState;

/** Whether it was then the one standby that commits waited for, with no other that could stand in. */
export function isOnlySynchronous(run: Run, name: string, atUs: number): boolean {
  const isSynchronous = (one: string): boolean => ['sync', 'quorum'].includes(syncStateAt(run, one, atUs) ?? '');
  const all = run.stack?.instances.map((one) => one.name) ?? [];
  return isSynchronous(name) && all.every((one) => one === name || !isSynchronous(one));
}

/** An instance with its role before a fault; anything else by its name. */
export function roleNamed(run: Run, name: string, atUs: number): string {
  const instances = run.stack?.instances.map((one) => one.name) ?? [];
  if (run.stack?.poolers.includes(name)) return `the pooler ${name}`;
  if (!instances.includes(name)) return name;
  const primary = primaryAt(run, atUs);
  if (primary === undefined) return name;
  if (primary === name) return `the primary ${name}`;
  if (instances.length === 2) return `the only standby ${name}`;
  return `${isOnlySynchronous(run, name, atUs) ? 'the synchronous standby' : 'the standby'} ${name}`;
}

/** What a person can do about a fault, by the role of what it hit. */
export function adviceOn(run: Run, fault: FaultWindow): string | undefined {
  const advice = contractOf(fault.fault)?.advice;
  return typeof advice === 'object' ? advice[primaryHitBy(run, fault) ? 'primary' : 'standby'] : advice;
}
