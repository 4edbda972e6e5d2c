/** A verdict that was stored is compared on what it holds: a metric, a limit or a sentence of later does not make it another. */
import type { Verdict } from './verdict.ts';

/** What of `verdict` the stored one speaks of too, in the order of the stored one. */
export function asStored(verdict: Verdict, stored: Verdict): Verdict {
  const held = <T extends { readonly metric: string }>(all: readonly T[], known: readonly T[]): T[] =>
    known.flatMap(({ metric }) => all.find((one) => one.metric === metric) ?? []);
  const { fault, reasons, ...others } = verdict;
  return {
    ...others,
    ...(stored.fault !== undefined && fault !== undefined && { fault }),
    ...(stored.reasons !== undefined && reasons !== undefined && { reasons }),
    checks: held(verdict.checks, stored.checks),
    measured: held(verdict.measured, stored.measured),
  };
}
