/** The time frame that every panel of a report shares, so that the eye can go straight down from one to the next. */

import type { Column } from '../journal/columns/narrow.ts';
import { rangeOf } from '../journal/columns/table.ts';
import type { EventOf } from '../journal/event.ts';
import type { Run } from '../journal/run.ts';
import { type FaultWindow, faultWindows } from '../measure/availability/fault-windows.ts';
import { mainFault } from '../measure/availability/impact.ts';
import type { Interval } from '../measure/interval.ts';

/** A moment worth a line through all panels. */
interface Mark {
  readonly atUs: number;
  readonly step: 'injected' | 'effective' | 'heal' | 'healed';
  readonly label: string;
  readonly seq: number;
}

/** From when to when a fault was in force; `toUs` is the end of the frame where it was never healed. */
interface FaultSpan {
  readonly fromUs: number;
  readonly toUs: number;
  readonly fault: string;
  readonly target: string;
}

export interface Frame {
  readonly fromUs: number;
  readonly toUs: number;
  /** Time 0 of the axis: the injection that did the most harm, or the begin of the load where nothing was broken. */
  readonly zeroUs: number;
  readonly hasFault: boolean;
  readonly marks: readonly Mark[];
  readonly faults: readonly FaultSpan[];
}

const stepWords = { inject: 'injected', effective: 'effective', heal: 'heal', healed: 'healed' } as const;

/** The moment that a step of a fault stands for: the middle of its bracket. */
const momentUs = (line: EventOf<'fault'>): number => (line.beforeUs + line.afterUs) / 2;
const middle = ({ lo, hi }: Interval): number => (lo + hi) / 2;

function loadBounds(run: Run): { fromUs: number; toUs: number } {
  let fromUs = Number.POSITIVE_INFINITY;
  let toUs = Number.NEGATIVE_INFINITY;
  const widen = (times: Column) => {
    const [firstUs, lastUs] = rangeOf(times);
    fromUs = Math.min(fromUs, firstUs);
    toUs = Math.max(toUs, lastUs);
  };
  widen(run.ops.dueUs);
  for (const slots of run.slots.values()) widen(slots.dueUs);
  const steady = run.phases.find((line) => line.phase === 'steady');
  if (fromUs > toUs) return { fromUs: steady?.tUs ?? 0, toUs: Math.max(run.lastUs, 1) };
  return { fromUs, toUs };
}

const spanOf = (fault: FaultWindow, endUs: number): FaultSpan => ({
  fromUs: middle(fault.inject),
  toUs: fault.heal ? middle(fault.heal) : endUs,
  fault: fault.fault,
  target: fault.target,
});

/** The frame of a run: the time in which there was load, and the faults in it. */
export function frameOf(run: Run): Frame {
  const bounds = loadBounds(run);
  const marks = run.faults.map((line) => ({
    atUs: momentUs(line),
    step: stepWords[line.step],
    label: `${line.fault} ${line.target}`,
    seq: line.seq,
  }));
  const fromUs = Math.min(bounds.fromUs, ...marks.map((mark) => mark.atUs));
  const toUs = Math.max(bounds.toUs, fromUs + 1, ...marks.map((mark) => mark.atUs));
  const main = mainFault(run);
  const faults = faultWindows(run).map((fault) => spanOf(fault, toUs));
  const zeroUs = main ? middle(main.inject) : fromUs;
  return { fromUs, toUs, zeroUs, hasFault: main !== undefined, marks, faults };
}
