/** Whether the observers of roles agree with each other, and each with itself. */
import type { EventOf } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { counted, few } from '../measured.ts';

export const roleDoubts = (run: Run): string[] => [...kindDoubts(run), ...primaryDoubts(run), ...timelineDoubts(run)];

/** What each observer can see. */
const sees: Readonly<Record<EventOf<'role'>['observer'], readonly EventOf<'role'>['role'][]>> = {
  sql: ['primary', 'replica', 'unreachable'],
  platform: ['primary', 'replica', 'lost', 'elected', 'unreachable'],
  route: ['routed', 'unrouted'],
};

function kindDoubts({ roles }: Run): string[] {
  const strange = roles.filter(({ observer, role }) => !sees[observer].includes(role));
  return strange.length > 0
    ? [`${counted(strange.length, 'role')}, such as ${strange[0]!.role}, by an observer that cannot see it`]
    : [];
}

/** Whom the HA manager calls the primary, and where clients are sent, is an instance that calls itself one sooner or later. */
function primaryDoubts({ roles }: Run): string[] {
  const bySelf = new Set(roles.flatMap((line) => (isPrimary(line, 'sql') ? [line.instance] : [])));
  if (bySelf.size === 0) return [];
  const taken = roles.filter((line) => line.role === 'routed' || isPrimary(line, 'platform'));
  const wrong = new Set(taken.map(({ instance }) => instance).filter((instance) => !bySelf.has(instance)));
  return wrong.size > 0 ? [`${few([...wrong])} was taken for the primary, but did not call itself one`] : [];
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
