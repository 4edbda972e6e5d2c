/** What the platform's objects say about roles. Pure: objects in, what changed out. */
import type { Seen } from '../../stack.ts';
import type { Cluster, EndpointSlice, Lease } from '../objects.ts';

export type RoleSeen = Extract<Seen, { kind: 'role' }>;
export type NoteSeen = Extract<Seen, { kind: 'note' }>;

/** The word in `targetPrimary` while the operator has given the primary up and not chosen another. */
const pending = 'pending';

/**
 * Reads the Cluster's status. `targetPrimary` is what the operator wants, `currentPrimary` what has been promoted.
 * @returns a function that is given each version of the object, and gives what changed since the last
 */
export function clusterRoles(): (cluster: Cluster) => RoleSeen[] {
  let target: string | undefined;
  let current: string | undefined;
  let timeline: number | undefined;
  return ({ status = {} }) => {
    const seen: RoleSeen[] = [];
    const { currentPrimary, targetPrimary, timelineID, phase } = status;
    const detail = phase === undefined ? {} : { detail: phase };
    const lost = target !== undefined && target !== pending && targetPrimary !== target ? target : undefined;
    if (lost !== undefined) seen.push(role(lost, 'lost', detail));
    if (target !== undefined && targetPrimary !== target && targetPrimary && targetPrimary !== pending)
      seen.push(role(targetPrimary, 'elected', detail));
    // `currentPrimary` comes first and `timelineID` seconds later: until then it is still the old one's.
    const known = timelineID !== undefined && (current === undefined || timelineID !== timeline);
    if (currentPrimary && (currentPrimary !== current || known))
      seen.push(role(currentPrimary, 'primary', { ...detail, ...(known && { timeline: timelineID }) }));
    [target, current, timeline] = [targetPrimary ?? target, currentPrimary ?? current, timelineID ?? timeline];
    return seen;
  };
}

const role = (instance: string, what: RoleSeen['role'], rest: Partial<RoleSeen> = {}): RoleSeen => ({
  kind: 'role',
  observer: 'platform',
  instance,
  role: what,
  ...rest,
});

/** Reads the EndpointSlice of the `-rw` service: where clients and poolers are sent. */
export function routeRoles(): (slice: EndpointSlice) => RoleSeen[] {
  let routed: string | undefined;
  return ({ endpoints }) => {
    const ready = (endpoints ?? []).find(({ conditions }) => conditions?.ready !== false)?.targetRef?.name;
    if (ready === routed) return [];
    const before = routed;
    routed = ready;
    return [
      ...(before === undefined ? [] : [routeRole(before, 'unrouted')]),
      ...(ready === undefined ? [] : [routeRole(ready, 'routed')]),
    ];
  };
}

const routeRole = (instance: string, what: 'routed' | 'unrouted'): RoleSeen => ({
  ...role(instance, what),
  observer: 'route',
});

/** Reads the lease that an instance must hold to be promoted. What it decides is seen elsewhere, so it makes notes. */
export function leaseNotes(): (lease: Lease) => NoteSeen[] {
  let holder: string | undefined;
  return ({ spec }) => {
    const now = spec?.holderIdentity ?? '';
    if (now === holder) return [];
    const before = holder;
    holder = now;
    if (before === undefined) return [];
    const text =
      now === ''
        ? `${before} released the primary lease`
        : `the primary lease passed from ${before || 'nobody'} to ${now}`;
    return [{ kind: 'note', level: 'info', text, lease: { from: before, to: now } }];
  };
}
