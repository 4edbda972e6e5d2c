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

/**
 * What of an outage the drill's own probes are to blame for, as a sentence with a space before it: how long log-ins were
 * refused within it, and what that can have added.
 */
export function drillsPart(run: Run, phase: TimedPhase, { startUs, lastedUs }: Span): string {
  const endUs = startUs + lastedUs;
  const within = rejections(run).each.filter(({ atUs }) => atUs >= startUs && atUs <= endUs);
  const [first, last] = [within[0], within.at(-1)];
  if (!first || !last) return '';
  const refused = ` Log-ins were refused for ${inSeconds(ms(last.atUs - first.atUs))} s of the outage, which is the drill’s doing`;
  const notShown = 'how much shorter the outage would have been without, this run does not show.';
  if (phase.phase !== 'fault') return `${refused}; ${notShown}`;
  const shared = sharedMs(run, phase, startUs);
  if (shared === undefined)
    return `${refused}; that lengthened it by at most ${inSeconds(ms(Math.max(0, endUs - phase.endUs)))} s, for the fault alone kept writes down before.`;
  const afterHealMs = ms(last.atUs - phase.endUs);
  const after = afterHealMs >= ms(worthUs) ? ` and ${inSeconds(afterHealMs)} s after it` : '';
  return `${refused} (the last ${inSeconds(shared)} s of the fault${after}); ${notShown}`;
}

interface Span {
  readonly startUs: number;
  readonly lastedUs: number;
}

/** Whether clients had writes acknowledged under the fault, before log-ins were refused. */
function gotThrough({ ops }: Run, fromUs: number, untilUs: number): boolean {
  for (let row = 0; row < ops.n; row++) {
    const us = ops.doneUs[row]!;
    if (ops.outcome[row]! <= acknowledged && us > fromUs && us < untilUs) return true;
  }
  return false;
}
