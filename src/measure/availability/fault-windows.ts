/** The faults of a run, each with its steps as brackets of the clock. */
import type { EventOf } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { type Interval, interval } from '../interval.ts';
import { once } from '../once.ts';

export interface FaultWindow {
  readonly id: string;
  readonly fault: string;
  readonly target: string;
  /** t_F: it was injected somewhere in here. µs. */
  readonly inject: Interval;
  /** Missing where it was never proved to have taken effect. */
  readonly effective: Interval | undefined;
  readonly heal: Interval | undefined;
  readonly evidence: readonly number[];
}

/**
 * Faults whose heal spoils no measurement: those that end by themselves, and a manager’s absence, which breaks no path:
 * what it does once it is back, as late as the drill lets it, is what is measured.
 */
const healSpoilsNothing: ReadonlySet<string> = new Set(['switchover', 'restart', 'destroy', 'operator-down']);

/** In the order of their injection. */
export const faultWindows = once((run: Run): readonly FaultWindow[] => {
  const byId = Map.groupBy(run.faults, ({ id }) => id);
  const windows = [...byId.values()].map(windowOf).filter((window) => window !== undefined);
  return windows.sort((a, b) => a.inject.lo - b.inject.lo);
});

/** The fault that an acknowledgement at `doneUs` may have fallen victim to: the next one, or the last before it. */
export const faultBehind = (run: Run, doneUs: number): FaultWindow | undefined =>
  faultWindows(run).find(({ inject }) => inject.hi >= doneUs) ?? faultWindows(run).at(-1);

/** Whether healing this fault, rather than the system, can have ended an outage. */
export const healCounts = ({ fault, heal }: FaultWindow): boolean =>
  heal !== undefined && !healSpoilsNothing.has(fault);

function windowOf(lines: readonly EventOf<'fault'>[]): FaultWindow | undefined {
  const bracketOf = (step: EventOf<'fault'>['step']): Interval | undefined => {
    const found = lines.find((line) => line.step === step);
    return found && interval(found.beforeUs, found.afterUs);
  };
  const inject = bracketOf('inject');
  const { id, fault, target } = lines[0]!;
  if (!inject) return undefined;
  const evidence = lines.map(({ seq }) => seq);
  return { id, fault, target, inject, effective: bracketOf('effective'), heal: bracketOf('heal'), evidence };
}
