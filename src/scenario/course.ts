/** How long a drill takes, read from its source: what `list` and `plan` show, and a prediction needs. It is not run. */
import { parseDurationMs } from '../duration.ts';
import { faults, isFault, takesInstance } from '../faults/index.ts';
import { parseParameters, type Schedule } from '../faults/parameters.ts';
import { readSteps, type Step } from './script.ts';

/** So long clients have to write again before `recovered` returns. */
const recoveredMs = 11_000;

export interface Course {
  /** Of the drill alone, without what the stack takes to open and close. */
  readonly atLeastMs: number;
  /** With every wait as long as it may be. */
  readonly atMostMs: number;
  /** How long the first fault lasts, where its end is a part of the incident. */
  readonly firstFaultMs: number | undefined;
  /** A target may be broken while another is: see `faults/contract.ts`, `keepsInstances`. */
  readonly breaksSeveral: boolean;
}

/** @returns undefined where the source of the drill cannot be read. Steps in a loop count once. */
export function courseOf(drill: (...verbs: never[]) => unknown): Course | undefined {
  const steps = readSteps(drill);
  if (!steps) return undefined;
  const injections = steps.filter(({ verb }) => verb === 'inject').map(scheduleOf);
  // A drill that does not wait for the end of its fault goes on beside it.
  const waitsForEnd = steps.some(({ verb }) => verb === 'ended');
  const faultsMs = waitsForEnd ? injections.reduce((sum, schedule) => sum + lengthOf(schedule), 0) : 0;
  const sum = (of: (step: Step) => number): number => steps.reduce((total, step) => total + of(step), faultsMs);
  return {
    atLeastMs: sum((step) => holdMs(step) + (step.verb === 'recovered' ? recoveredMs : 0)),
    atMostMs: sum((step) => holdMs(step) + withinMs(step)),
    firstFaultMs: injections[0]?.forMs,
    breaksSeveral: breaksSeveral(steps),
  };
}

const holdMs = ({ verb, values: [time] }: Step): number =>
  verb === 'hold' && typeof time === 'string' ? parseDurationMs(time) : 0;

function withinMs({ values }: Step): number {
  const found = values.map((value) => (value as { readonly within?: unknown } | null | undefined)?.within);
  const text = found.find((within) => typeof within === 'string');
  return text === undefined ? 0 : parseDurationMs(text as string);
}

/** Whether a fault that takes an instance out of service is injected before an earlier one is healed. */
function breaksSeveral(steps: readonly Step[]): boolean {
  let broken = 0;
  return steps.some(({ verb, values: [fault], mayPileUp }) => {
    if (verb === 'heal' || verb === 'ended') broken = Math.max(0, broken - 1);
    if (verb !== 'inject' || typeof fault !== 'string' || !isFault(fault) || !takesInstance(fault)) return false;
    broken += mayPileUp ? 2 : 1;
    return broken > 1;
  });
}

function scheduleOf({ values: [fault, , given] }: Step): Schedule | undefined {
  if (typeof fault !== 'string' || !isFault(fault) || given === undefined) return undefined;
  return parseParameters(fault, faults[fault], given).schedule;
}

const lengthOf = (schedule: Schedule | undefined): number =>
  schedule ? (schedule.times - 1) * schedule.everyMs + schedule.forMs : 0;
