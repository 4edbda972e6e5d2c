/** Why a run ended as it did, in sentences: the limits that broke, and the cause of the outage; what decided comes first. */

import type { Verdict } from '../verdict.ts';
import { failedBeside } from './outage-limits.ts';

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
  const { sentence, evidence } = cause;
  if (failedBeside(checks))
    return [...parts, { text: `Writes were down too, which broke no limit: ${lowered(sentence)}`, evidence }];
  return [{ text: sentence, evidence }, ...parts];
}

const lowered = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;

/** The same in one line; empty where there is nothing to say. */
export const whyText = (verdict: Judged): string =>
  whyOf(verdict)
    .map(({ text }) => text)
    .join(' ');
