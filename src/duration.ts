/** Durations as scenarios write them. */
import { z } from 'zod';
import { UsageError } from './errors.ts';

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
/** A number and its unit: `500ms`, `20s`, `1.5m`, `2h`. */
export type Duration = `${number}${keyof typeof unitMs}` & `${Digit}${string}`;

const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
const expected = 'a number and its unit: 500ms, 20s, 3m or 1h';

export const durationSchema = z.custom<Duration>(
  (value) => typeof value === 'string' && pattern.test(value) && parseDurationMs(value) > 0,
  `expected ${expected}`,
);

/**
 * `20s`, `1.5m`, `500ms` → milliseconds.
 * @throws UsageError for anything else
 */
export function parseDurationMs(text: string): number {
  const match = pattern.exec(text);
  if (!match) throw new UsageError(`"${text}" is not a duration; write ${expected}`);
  return Number(match[1]) * unitMs[match[2] as keyof typeof unitMs];
}

/** A text as a duration. @throws UsageError for anything else */
export function durationOf(text: string): Duration {
  parseDurationMs(text);
  return text as Duration;
}
