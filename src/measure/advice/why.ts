/** Why a run ended as it did, in sentences: the limits that broke, and the cause of the outage; what decided comes first. */

import { inSeconds } from '../measured.ts';
import type { Measured, Verdict } from '../verdict.ts';
import { failedBeside, outageBroke } from './outage-limits.ts';

type Judged = Pick<Verdict, 'checks' | 'reasons' | 'cause'> & Partial<Pick<Verdict, 'measured'>>;

interface Part {
  readonly text: string;
  readonly evidence: readonly number[];
}

/** The sentences, each with its records; none where there is nothing to say. */
export function whyOf({ checks, reasons = [], cause, measured = [] }: Judged): Part[] {
  const parts = reasons.map(({ why, evidence }): Part => ({ text: why, evidence }));
  const outage = measured.find(({ metric }) => metric === 'writeOutageMs');
  // Nobody knows what a part of an unknown time was; and that a cluster which is gone takes no writes needs no words.
  if (!cause || outage?.value === null || (isGone(measured) && failedBeside(checks))) return parts;
  const { evidence } = cause;
  const which = ofWhich(cause, outage);
  const lead = `${pastThePoolers(checks, measured, cause)}${which}`;
  const sentence = `${lead}${lead.endsWith(': ') ? lowered(cause.sentence) : cause.sentence}`;
  if (failedBeside(checks)) {
    const text = outageBroke(checks) ? sentence : `Writes were down too, which broke no limit: ${lowered(sentence)}`;
    return [...parts, { text, evidence }];
  }
  const text = { text: sentence, evidence };
  return isOfClients(checks) && !cause.held ? [...parts, text] : [text, ...parts];
}

/** Of a cluster that is gone only a restore says what became of its writes. */
const isGone = (measured: readonly Measured[]): boolean => {
  const value = (name: Measured['metric']) => measured.find(({ metric }) => metric === name)?.value;
  return value('lostWrites') == null && value('restoreLossMs') != null;
};

/** Only how long clients waited broke a limit: the outage of a pooler that they leave is not the same time. */
const isOfClients = (checks: Judged['checks']): boolean =>
  checks.some(({ metric, outcome }) => outcome === 'fail' && metric === 'clientGapP95Ms') &&
  !checks.some(({ metric, outcome }) => outcome === 'fail' && metric === 'writeOutageMs');

/** The longest outage may be one that no fault explains: then the cause is that of another one. */
const ofWhich = ({ ofMs, held, endedByDrillMs }: NonNullable<Judged['cause']>, outage: Measured | undefined): string =>
  held || endedByDrillMs !== undefined || !outage?.value || ofMs > 0.95 * outage.value - 100
    ? ''
    : `Of the outage of ${inSeconds(ofMs)} s that followed the fault: `;

/**
 * A limit on the direct path, which no client of the load takes: what clients of the poolers find slow, for they still have
 * writes acknowledged, is down there.
 */
function pastThePoolers(
  checks: Judged['checks'],
  measured: readonly Measured[],
  { ofMs }: NonNullable<Judged['cause']>,
): string {
  const direct = checks.find(({ metric, outcome }) => metric === 'directOutageMs' && outcome === 'fail');
  const slow = measured.find(({ metric }) => metric === 'slowMs')?.value;
  if (!direct?.value || !slow || direct.value < ofMs + 2_000) return '';
  return `The limit that broke is on the direct path, which was down for ${inSeconds(direct.value)} s. Through the poolers, clients had writes acknowledged for ${inSeconds(slow)} s meanwhile, late (slow, not down); for the other ${inSeconds(ofMs)} s nobody had. Past them one probe writes, and each of its writes that takes longer than a second counts as down. The cause of both is the same. `;
}

const lowered = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;

/** The same in one line; empty where there is nothing to say. */
export const whyText = (verdict: Judged): string =>
  whyOf(verdict)
    .map(({ text }) => text)
    .join(' ');
