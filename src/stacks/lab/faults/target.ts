/** Finds the host that a fault is aimed at. */
import { didYouMean, UsageError } from '../../../errors.ts';
import type { Target, UndoRecord } from '../../../faults/target.ts';
import type { HostKind, HostPlan } from '../plan.ts';
import type { LabState } from '../state.ts';

/** The host of this name and kind. @throws UsageError where the lab has none */
export function hostAimedAt(state: LabState, target: Pick<Target, 'name'>, kind: HostKind): HostPlan {
  const candidates = state.hosts.filter((host) => host.kind === kind);
  const host = candidates.find(({ name }) => name === target.name);
  if (host) return host;
  const known = candidates.map(({ name }) => name);
  throw new UsageError(`the lab has no ${kind} host ${target.name}${didYouMean(target.name, known)}`);
}

/** The host named in an undo record, which was read from disk. @throws UsageError where it is none of this lab */
export function hostToHeal(state: LabState, how: UndoRecord['how']): HostPlan {
  const host = state.hosts.find(({ name }) => name === how.host);
  if (!host)
    throw new UsageError(`the undo record names the host ${String(how.host)}, which lab ${state.id} does not have`);
  return host;
}

/** The hosts named in an undo record. @throws UsageError where one is none of this lab */
export const hostsToHeal = (state: LabState, { hosts }: UndoRecord['how']): HostPlan[] =>
  (Array.isArray(hosts) ? hosts : []).map((host: unknown) => hostToHeal(state, { host }));
