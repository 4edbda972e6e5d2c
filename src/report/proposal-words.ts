/** A proposed change in words: what to set, what it saves, and whether the limit is then met. */
import { brokenTime } from '../measure/advice/of-broken-limit.ts';
import type { Proposal } from '../measure/advice/proposal.ts';
import type { Changes } from '../measure/advice/proposals.ts';
import type { Verdict } from '../measure/verdict.ts';
import { rangeText } from './html/figures/waterfall-rows.ts';
import { amount } from './text.ts';

/** How the savings of a proposal are known. */
export const bases: Readonly<Record<Proposal['basis'], string>> = {
  measured: 'measured by pgdrill explain',
  modelled: 'modelled from the timeouts',
  seen: 'seen in the phases',
};

const range = (low: number, high: number): string => rangeText({ lowMs: Math.round(low), highMs: Math.round(high) });

/** `; 5.2 s to 6.3 s would be left, within the limit of 8 s`. */
export function leftWords(
  { checks, measured }: Pick<Verdict, 'checks' | 'measured'>,
  { low, high }: Proposal['savesMs'],
): string {
  const broken = brokenTime(checks);
  // What would be left of a time that broke no limit says nothing of the limit that broke.
  if (!broken && checks.some(({ outcome }) => outcome === 'fail')) return '';
  const check = broken ?? checks.find(({ metric }) => metric === 'writeOutageMs');
  const now = (check ?? measured.find(({ metric }) => metric === 'writeOutageMs'))?.value;
  if (!now) return '';
  const [least, most] = [Math.max(0, now - high), Math.max(0, now - low)];
  const max = check?.limit.max;
  return `; ${range(least, most)} would be left${max === undefined ? '' : meets(least, most, max)}`;
}

function meets(least: number, most: number, max: number): string {
  const limit = `the limit of ${amount(max, 'ms')}`;
  if (most <= max) return `, within ${limit}`;
  return least > max ? `, still beyond ${limit}` : `, so ${limit} may be met or not`;
}

/** `Undo --with ttl=60: set ttl from 60 s to 20 s`. */
const changeWords = ({ name, from, to, undo, also = [] }: Proposal): string => {
  const change = `${undo ? `Undo --with ${name}=${from.split(' ')[0]}: set` : 'Set'} ${name} from ${from} to ${to}`;
  return also.length > 0 ? `${change}, together with ${also.join(' and ')}` : change;
};

/** What comes before all proposals, and the most useful one, in one line; or what the outage depends on instead. */
export function firstChange(
  { proposals: [first, ...others], otherwise = '' }: Changes,
  verdict: Pick<Verdict, 'checks' | 'measured'>,
): string {
  if (!first) return otherwise;
  const { low, high } = first.savesMs;
  const more = others.length > 0 ? `; the report has ${others.length} more` : '';
  const before = otherwise && `${otherwise} `;
  return `${before}${changeWords(first)}: saves ${range(low, high)} (${bases[first.basis]})${leftWords(verdict, first.savesMs)}${more}.`;
}
