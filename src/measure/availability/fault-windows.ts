/** The faults of a run, each with its steps as brackets of the clock. */
import { contractOf } from '../../faults/index.ts';
import type { EventOf } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { type Interval, interval } from '../interval.ts';
import { once } from '../once.ts';
import { goodForUs } from './spans.ts';

export interface FaultWindow {
  readonly id: string;
  readonly fault: string;
  readonly target: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** t_F: it was injected somewhere in here. µs. */
  readonly inject: Interval;
  /** Missing where it was never proved to have taken effect. */
  readonly effective: Interval | undefined;
  readonly heal: Interval | undefined;
  /** Its end was a part of the incident. */
  readonly scheduled: boolean;
  /** It is one of several on the same target that came and went, each before clients can have been back for good. */
  readonly returns: boolean;
  /** What it hit: the target, or the hosts of a group. */
  readonly hits: readonly string[];
  readonly evidence: readonly number[];
}

/** In the order of their injection. */
export const faultWindows = once((run: Run): readonly FaultWindow[] => {
  const byId = Map.groupBy(run.faults, ({ id }) => id);
  const windows = [...byId.values()].map(windowOf).filter((window) => window !== undefined);
  const inOrder = windows.sort((a, b) => a.inject.lo - b.inject.lo);
  return inOrder.map((window) => ({ ...window, returns: inOrder.some((other) => comeAndGo(window, other)) }));
});

/** Whether one of two faults came back as the other, before anybody can have waited for recovery between them. */
function comeAndGo(a: FaultWindow, b: FaultWindow): boolean {
  const [first, second] = a.inject.lo < b.inject.lo ? [a, b] : [b, a];
  if (a === b || a.fault !== b.fault || a.target !== b.target || !first.heal) return false;
  return first.heal.hi <= second.inject.lo && second.inject.lo - first.heal.hi < goodForUs;
}

/** The fault that an acknowledgement at `doneUs` may have fallen victim to: the next one, or the last before it. */
export const faultBehind = (run: Run, doneUs: number): FaultWindow | undefined =>
  faultWindows(run).find(({ inject }) => inject.hi >= doneUs) ?? faultWindows(run).at(-1);

/**
 * Whether healing this fault, rather than the system, can have ended an outage. An end on schedule is the incident's own;
 * so is that of a fault which comes back within ten seconds.
 */
export const healCounts = ({ fault, heal, scheduled, returns }: FaultWindow): boolean =>
  heal !== undefined && !scheduled && !returns && (contractOf(fault)?.healingEndsOutage ?? true);

/** By the last role seen before the fault; a target whose role nobody saw is taken for the primary. */
export function hitThePrimary(run: Run, fault: FaultWindow): boolean {
  const seen = run.roles.findLast(
    ({ tUs, role, observer }) => tUs <= fault.inject.lo && role === 'primary' && observer !== 'route',
  );
  return seen === undefined || fault.hits.includes(seen.instance) || contractOf(fault.fault)?.noticedAs === 'request';
}

function windowOf(lines: readonly EventOf<'fault'>[]): FaultWindow | undefined {
  const bracketOf = (step: EventOf<'fault'>['step']): Interval | undefined => {
    const found = lines.find((line) => line.step === step);
    return found && interval(found.beforeUs, found.afterUs);
  };
  const inject = bracketOf('inject');
  const { id, fault, target, parameters = {} } = lines[0]!;
  if (!inject) return undefined;
  return {
    ...{ id, fault, target, parameters, inject, effective: bracketOf('effective'), heal: bracketOf('heal') },
    scheduled: lines.some((line) => line.scheduled),
    returns: false,
    hits: lines[0]!.hosts ?? [target],
    evidence: lines.map(({ seq }) => seq),
  };
}
