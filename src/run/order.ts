/** In which order the runs of one command are made. */
import { planCells } from '../scenario/cells.ts';

export interface Turn {
  /** Which of the command's scenarios, from 0. */
  readonly scenario: number;
  /** Its how manieth run, from 1. */
  readonly round: number;
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index);

/** Each scenario as many times in a row. */
export const inARow = (scenarios: number, repeat: number): Turn[] =>
  upTo(scenarios).flatMap((scenario) => upTo(repeat).map((round) => ({ scenario, round: round + 1 })));

/**
 * Rounds, each with every scenario once, in another order each: what drifts with time, or is left by the run before, meets
 * all scenarios alike, and a command that is ended early has run each about as often. The seed decides the order.
 */
export function interleaved(scenarios: number, repeat: number, seed: number): Turn[] {
  const all = upTo(scenarios).map((scenario) => ({ scenario: String(scenario) }));
  return planCells(all, () => repeat, seed).map(({ block, levels }) => ({
    scenario: Number(levels.scenario),
    round: block,
  }));
}
