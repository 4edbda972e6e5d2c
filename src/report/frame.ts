/** The time frame that every panel of a report shares, so that the eye can go straight down from one to the next. */
import type { EventOf } from '../journal/event.ts';
import type { Run } from '../journal/run.ts';

/** A moment worth a line through all panels. */
export interface Mark {
  readonly atUs: number;
  readonly step: 'injected' | 'effective' | 'heal' | 'healed';
  readonly label: string;
  readonly seq: number;
}

/** From when to when a fault was in force; `toUs` is the end of the frame where it was never healed. */
export interface FaultSpan {
  readonly fromUs: number;
  readonly toUs: number;
  readonly fault: string;
  readonly target: string;
}

export interface Frame {
  readonly fromUs: number;
  readonly toUs: number;
  /** Time 0 of the axis: the first injection, or the begin of the load where nothing was broken. */
  readonly zeroUs: number;
  readonly hasFault: boolean;
  readonly marks: readonly Mark[];
  readonly faults: readonly FaultSpan[];
}

const stepWords = { inject: 'injected', effective: 'effective', heal: 'heal', healed: 'healed' } as const;

/** The moment that a step of a fault stands for: the middle of its bracket. */
export const faultMomentUs = (line: EventOf<'fault'>): number => (line.beforeUs + line.afterUs) / 2;

/** The first fault's injection, µs; undefined where nothing was broken. */
export const faultTimeUs = (run: Run): number | undefined => {
  const first = run.faults.find((line) => line.step === 'inject');
  return first && faultMomentUs(first);
};

function loadBounds(run: Run): { fromUs: number; toUs: number } {
  let fromUs = Number.POSITIVE_INFINITY;
  let toUs = Number.NEGATIVE_INFINITY;
  const widen = (times: Float64Array) => {
    for (const time of times) {
      if (time < fromUs) fromUs = time;
      if (time > toUs) toUs = time;
    }
  };
  widen(run.ops.dueUs);
  for (const slots of run.slots.values()) widen(slots.dueUs);
  const steady = run.phases.find((line) => line.phase === 'steady');
  if (fromUs > toUs) return { fromUs: steady?.tUs ?? 0, toUs: Math.max(run.lastUs, 1) };
  return { fromUs, toUs };
}

function faultSpans(run: Run, endUs: number): FaultSpan[] {
  return run.faults
    .filter((line) => line.step === 'inject')
    .map((inject) => {
      const healed = run.faults.find((line) => line.id === inject.id && line.step === 'heal');
      const toUs = healed ? faultMomentUs(healed) : endUs;
      return { fromUs: faultMomentUs(inject), toUs, fault: inject.fault, target: inject.target };
    });
}

/** The frame of a run: the time in which there was load, and the faults in it. */
export function frameOf(run: Run): Frame {
  const bounds = loadBounds(run);
  const marks = run.faults.map((line) => ({
    atUs: faultMomentUs(line),
    step: stepWords[line.step],
    label: `${line.fault} ${line.target}`,
    seq: line.seq,
  }));
  const fromUs = Math.min(bounds.fromUs, ...marks.map((mark) => mark.atUs));
  const toUs = Math.max(bounds.toUs, fromUs + 1, ...marks.map((mark) => mark.atUs));
  const faultUs = faultTimeUs(run);
  const faults = faultSpans(run, toUs);
  return { fromUs, toUs, zeroUs: faultUs ?? fromUs, hasFault: faultUs !== undefined, marks, faults };
}
