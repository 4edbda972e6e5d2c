/** When each path was back from the fault that did the most harm: what a pooler adds is read off it. */
import type { Run } from '../../journal/run.ts';
import { once } from '../once.ts';
import type { FaultWindow } from './fault-windows.ts';
import { downBefore, episodesAfter, mainFault, type Recovery, recoveryOf } from './impact.ts';
import { directStreams, poolerStreams, whyNoOutage } from './outage.ts';

export interface Recoveries {
  readonly fault: FaultWindow;
  /** A stream that was never down counts as back at the moment the first other one broke, or at the fault. */
  readonly direct: Recovery;
  readonly poolers: readonly Recovery[];
  /** Whether any of them was down. */
  readonly harmed: boolean;
}

/** @returns why it is not measurable, where it is not */
export const recoveries = once((run: Run): Recoveries | string => {
  const poolers = poolerStreams(run);
  const direct = directStreams(run)[0];
  if (!direct) return 'no stream of probes for direct writes';
  return whyNoOutage(run, [...poolers, direct]) ?? seenRecoveries(run) ?? 'no fault was injected';
});

/**
 * The same where the harness was too busy to time them: enough to know what came after the return of a path. Undefined
 * without a fault, or probes of direct writes.
 */
export const seenRecoveries = once((run: Run): Recoveries | undefined => {
  const poolers = poolerStreams(run);
  const direct = directStreams(run)[0];
  const fault = mainFault(run);
  if (!fault || !direct || [...poolers, direct].some(({ n }) => n === 0)) return undefined;
  const names = [...poolers, direct].map(({ stream }) => stream.name);
  const starts = names.flatMap((name) => episodesAfter(run, fault, name).map(({ startUs }) => startUs));
  const firstDownUs = starts.length > 0 ? Math.min(...starts) : fault.inject.hi;
  return {
    fault,
    direct: recoveryOf(run, fault, direct.stream.name, firstDownUs),
    poolers: poolers.map(({ stream }) => recoveryOf(run, fault, stream.name, firstDownUs)),
    harmed: starts.length > 0,
  };
});

/** The same, to hold a pooler's against the direct stream's: not where one was down before, and its end another's doing. */
export function comparableRecoveries(run: Run): Recoveries | string {
  const found = recoveries(run);
  if (typeof found === 'string') return found;
  const { fault, poolers, direct } = found;
  const already = [...poolers, direct].filter(({ stream }) => downBefore(run, fault, stream));
  if (already.length === 0) return found;
  return `${already.map(({ stream }) => stream).join(' and ')} had been down before ${fault.fault} of ${fault.target} came`;
}
