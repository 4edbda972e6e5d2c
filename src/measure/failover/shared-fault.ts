/** The part of a fault's time in which connections that the drill's own probes had used up kept writes down as well. */
import { outcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { inSeconds, ms } from '../measured.ts';
import { refusedByProbes } from '../poolers/refused-by-probes.ts';
import { rejections } from '../poolers/rejections.ts';
import type { TimedPhase } from './phases.ts';

const acknowledged = outcomes.indexOf('okLocal');
const fewRefused = 10;
const worthUs = 1_000_000;

/**
 * From the first refused log-in to the end of the fault's part, ms; undefined where it is not worth a word, or where the
 * fault alone stopped every write: then nothing else lengthened its part.
 * @param fromUs when the outage began
 */
export function sharedMs(run: Run, { phase, startUs, endUs }: TimedPhase, fromUs: number): number | undefined {
  const { firstUs, count } = rejections(run);
  if (phase !== 'fault' || firstUs === undefined || count < fewRefused || !refusedByProbes(run)) return undefined;
  const sharedUs = endUs - Math.max(startUs, fromUs, firstUs);
  return sharedUs < worthUs || !gotThrough(run, fromUs + worthUs, firstUs) ? undefined : ms(sharedUs);
}

/** As a sentence, after the one about the refusals; empty where nothing is shared. */
export function sharedWords(run: Run, phase: TimedPhase, fromUs: number): string {
  const shared = sharedMs(run, phase, fromUs);
  if (shared === undefined) return '';
  const allMs = ms(phase.endUs - Math.max(phase.startUs, fromUs));
  return ` Log-ins were refused in the last ${inSeconds(shared)} s of the ${inSeconds(allMs)} s as well: how much of that time the fault alone would have taken, this run does not show.`;
}

/** Whether clients had writes acknowledged under the fault, before log-ins were refused. */
function gotThrough({ ops }: Run, fromUs: number, untilUs: number): boolean {
  for (let row = 0; row < ops.n; row++) {
    const us = ops.doneUs[row]!;
    if (ops.outcome[row]! <= acknowledged && us > fromUs && us < untilUs) return true;
  }
  return false;
}
