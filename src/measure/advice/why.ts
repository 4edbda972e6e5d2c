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
  // Nobody knows what a part of an unknown time was.
  if (!cause || outage?.value === null) return parts;
  const { evidence } = cause;
  const which = ofWhich(cause, outage);
  const sentence = `${which}${which ? lowered(cause.sentence) : cause.sentence}${pastThePoolers(checks, cause)}`;
  if (failedBeside(checks)) {
    const text = outageBroke(checks) ? sentence : `Writes were down too, which broke no limit: ${lowered(sentence)}`;
    return [...parts, { text, evidence }];
  }
  return [{ text: sentence, evidence }, ...parts];
}

/** The longest outage may be one that no fault explains: then the cause is that of another one. */
const ofWhich = ({ ofMs, held, endedByDrillMs }: NonNullable<Judged['cause']>, outage: Measured | undefined): string =>
  held || endedByDrillMs !== undefined || !outage?.value || ofMs > 0.95 * outage.value - 100
    ? ''
    : `Of the outage of ${inSeconds(ofMs)} s that followed the fault: `;

/** A limit on the direct path, which counts as down what clients of the poolers only find slow. */
function pastThePoolers(checks: Judged['checks'], { ofMs }: NonNullable<Judged['cause']>): string {
  const direct = checks.find(({ metric, outcome }) => metric === 'directOutageMs' && outcome === 'fail');
  if (!direct?.value || direct.value < ofMs + 2_000) return '';
  return ` The direct path was down for ${inSeconds(direct.value)} s: it counts a commit as failed that takes longer than a second.`;
}

const lowered = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;

/** The same in one line; empty where there is nothing to say. */
export const whyText = (verdict: Judged): string =>
  whyOf(verdict)
    .map(({ text }) => text)
    .join(' ');
