/** What monitoring would have reported about the run: each alert condition, when it began to hold, and whether it should have. */
import type { EventOf } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { faultWindows } from '../availability/fault-windows.ts';

export interface Firing {
  readonly from: EventOf<'alert'>;
  /** Missing where it held to the end. */
  readonly until: EventOf<'alert'> | undefined;
  /** From the last fault before it until a scrape showed it; undefined without a fault. µs */
  readonly delayUs: number | undefined;
}

export interface AlertCondition {
  readonly name: string;
  readonly threshold: number;
  readonly firings: readonly Firing[];
  /** The line with the highest value, of a condition that was looked at and never held. */
  readonly quiet: EventOf<'alert'> | undefined;
}

/** The conditions that were looked at, those that held first. */
export function alertConditions(run: Run): AlertCondition[] {
  const byName = Map.groupBy(run.alerts, ({ name }) => name);
  const conditions = [...byName].map(([name, lines]): AlertCondition => {
    const firings = lines.filter(({ state }) => state === 'firing').map((line) => firingOf(run, line, lines));
    return { name, threshold: lines[0]!.threshold, firings, quiet: lines.find(({ state }) => state === 'quiet') };
  });
  return conditions.sort((a, b) => Number(b.firings.length > 0) - Number(a.firings.length > 0));
}

function firingOf(run: Run, from: EventOf<'alert'>, lines: readonly EventOf<'alert'>[]): Firing {
  const until = lines.find(
    ({ state, source, seq }) => state === 'resolved' && source === from.source && seq > from.seq,
  );
  const fault = faultWindows(run).findLast(({ inject }) => inject.hi <= from.tUs);
  return { from, until, delayUs: fault && from.tUs - fault.inject.lo };
}

/** The conditions that measures know, by the names that the journal has for them. */
export const conditions = {
  connections: 'connections',
  lag: 'replication lag',
  archiving: 'archiving stalled',
  /** The exporter cannot log in: PostgreSQL is down, or full. */
  shutOut: 'exporter shut out',
} as const;

/** The conditions that reveal one: itself, and for connections the exporter that has none either. */
export const tellersOf = (name: string): readonly string[] =>
  name === conditions.connections ? [name, conditions.shutOut] : [name];
