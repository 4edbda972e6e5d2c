/** Whether the observers of roles agree with each other, and each with itself. */
import type { EventOf } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { counted, few } from '../measured.ts';

export const roleDoubts = (run: Run): string[] => [...primaryDoubts(run), ...timelineDoubts(run)];

/** Before anything is broken the HA manager and the way of clients point at the instance that calls itself the primary. */
function primaryDoubts(run: Run): string[] {
  const untilUs = faultWindows(run)[0]?.inject.lo ?? Number.POSITIVE_INFINITY;
  const before = run.roles.filter(({ tUs }) => tUs < untilUs);
  const bySelf = new Set(before.flatMap((line) => (isPrimary(line, 'sql') ? [line.instance] : [])));
  if (bySelf.size === 0) return [];
  const wrong = before.filter((line) => isPrimary(line, 'platform') || line.role === 'routed');
  const names = [...new Set(wrong.map(({ instance }) => instance))].filter((instance) => !bySelf.has(instance));
  return names.length > 0
    ? [`${few(names)} was taken for the primary before the fault, but does not call itself one`]
    : [];
}

const isPrimary = ({ observer, role }: EventOf<'role'>, by: EventOf<'role'>['observer']): boolean =>
  observer === by && role === 'primary';

/** An instance may change to a later timeline, and never back. */
function timelineDoubts({ roles }: Run): string[] {
  const latest = new Map<string, number>();
  let [back, none] = [0, 0];
  for (const { observer, instance, timeline } of roles) {
    if (observer !== 'sql' || timeline === undefined) continue;
    if (timeline < 1) none++;
    else if (timeline < (latest.get(instance) ?? 0)) back++;
    latest.set(instance, Math.max(timeline, latest.get(instance) ?? 0));
  }
  return [
    ...(none > 0 ? [`${counted(none, 'role')} on a timeline that does not exist`] : []),
    ...(back > 0 ? [`${counted(back, 'role')} on an earlier timeline than the same instance had before`] : []),
  ];
}
