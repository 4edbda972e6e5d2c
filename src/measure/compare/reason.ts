/** The result of a comparison in words. */
import type { Unit } from '../metrics.ts';
import type { Comparison } from './comparison.ts';

type Judged = Omit<Comparison, 'reason'>;

/** Why a comparison came out as it did, in one or two sentences. */
export function reasonOf(comparison: Judged): string {
  const { change, shift, threshold, unit, before, after, p } = comparison;
  const sizes = `${before.length} against ${after.length} runs`;
  if (shift === null || shift.lower === null || shift.upper === null)
    return `${sizes} are too few for a bound at 95 %. ${furtherText(comparison)}`;
  const bound = `${rounded(threshold)} ${words[unit]}`.trimEnd();
  const bounds = `at least ${signed(shift.lower)} and at most ${signed(shift.upper)} (95 % each)`;
  const found = `The shift is ${signed(shift.shift)} ${words[unit]}, ${bounds}; ${sizes}, p ${chance(p)}`;
  if (change === 'no change') return `${found}: within ±${bound}.`;
  if (change !== 'inconclusive') return `${found}: beyond ${bound}.`;
  const beyond = shift.lower > threshold || shift.upper < -threshold;
  const doubt = beyond ? 'so few runs cannot distinguish it from chance' : `it may lie on either side of ${bound}`;
  return `${found}: ${doubt}. ${furtherText(comparison)}`;
}

function furtherText({ furtherRuns }: Judged): string {
  if (furtherRuns === null) return 'No realistic number of runs would decide it: the shift lies on the threshold.';
  return `About ${furtherRuns} further run${furtherRuns === 1 ? '' : 's'} of each would decide it, if they are like these.`;
}

const words: Readonly<Record<Unit, string>> = {
  ms: 'ms',
  s: 's',
  bytes: 'bytes',
  count: '',
  perSecond: '/s',
  ratio: '',
};

const rounded = (value: number): string => String(Number(value.toPrecision(3)));
const signed = (value: number): string => (value > 0 ? `+${rounded(value)}` : rounded(value).replace('-', '−'));
const chance = (p: number | null): string => (p === null ? 'unknown' : p < 0.001 ? '< 0.001' : `= ${p.toFixed(3)}`);
