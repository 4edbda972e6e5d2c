/** Findings that a project already had when it adopted the check: they are not reported again. */
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import type { Finding } from './finding.ts';

const entrySchema = z.strictObject({
  rule: z.string(),
  file: z.string(),
  object: z.string(),
  count: z.int().min(1),
  /** What each of the findings says about values (`factsOf`); files of version 1 hold none. */
  values: z.array(z.string()).optional(),
});
const schema = z.strictObject({ version: z.literal([1, 2]), findings: z.array(entrySchema) });

/** Without line numbers, which move when other lines are edited. */
const keyOf = ({ rule, file, object }: { rule: string; file: string; object: string }): string =>
  `${rule}\n${file}\n${object}`;

/** @returns the text of a baseline with all findings, and nothing else: entries of an earlier one are gone */
export function baselineOf(findings: readonly Finding[]): string {
  const groups = Map.groupBy(findings, keyOf);
  const entries = [...groups.values()].map((group) => {
    const [{ rule, file, object }] = group as [Finding, ...Finding[]];
    return { rule, file, object, count: group.length, values: group.map(({ facts = '' }) => facts).sort() };
  });
  return `${JSON.stringify({ version: 2, findings: entries }, null, 2)}\n`;
}

export interface Compared {
  /** Findings that the baseline does not have, or has with another value. */
  readonly findings: readonly Finding[];
  readonly hidden: number;
  /** Entries of the baseline that are gone: their findings have been fixed. */
  readonly fixed: number;
  /** Entries without values, which hide a finding whatever its value is. */
  readonly withoutValues: number;
}

/**
 * @param name the file's name, for errors
 * @throws UsageError where the text is not a baseline
 */
export function withoutBaseline(findings: readonly Finding[], text: string, name: string): Compared {
  const entries = parsed(text, name);
  const left = new Map(entries.map((entry) => [keyOf(entry), leftOf(entry)]));
  const others = findings.filter((finding) => !left.get(keyOf(finding))?.take(finding.facts ?? ''));
  const changed = others.map((finding) =>
    left.get(keyOf(finding))?.takeAny()
      ? { ...finding, message: `${finding.message} It was baselined with another value.` }
      : finding,
  );
  return {
    findings: changed,
    hidden: findings.length - changed.length,
    fixed: [...left.values()].reduce((sum, entry) => sum + entry.count, 0),
    withoutValues: entries.filter(({ values }) => values === undefined).length,
  };
}

interface Left {
  count: number;
  /** Whether one of these findings is left that has the value; it counts as found. */
  take(facts: string): boolean;
  /** Whether one is left with another value. */
  takeAny(): boolean;
}

function leftOf({ count, values }: z.infer<typeof entrySchema>): Left {
  const rest = values && [...values];
  return {
    count,
    take(facts) {
      const at = rest === undefined ? 0 : rest.indexOf(facts);
      if (at < 0 || this.count === 0) return false;
      rest?.splice(at, 1);
      this.count--;
      return true;
    },
    takeAny() {
      if (this.count === 0) return false;
      this.count--;
      return true;
    },
  };
}

function parsed(text: string, name: string): z.infer<typeof schema>['findings'] {
  try {
    return schema.parse(JSON.parse(text)).findings;
  } catch (error) {
    throw new UsageError(
      `expected a baseline in ${name}, as pgdrill check --write-baseline writes it, but it is not one; write it again.`,
      { cause: error },
    );
  }
}
