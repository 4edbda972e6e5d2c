/** Durations as scenarios write them. */
import { UsageError } from './errors.ts';

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/**
 * `20s`, `1.5m`, `500ms` → milliseconds.
 * @throws UsageError for anything else
 */
export function parseDurationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  if (!match) throw new UsageError(`"${text}" is no duration; write a number and its unit: 500ms, 20s, 3m or 1h`);
  return Number(match[1]) * unitMs[match[2] as keyof typeof unitMs];
}
