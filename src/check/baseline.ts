/** Findings that a project already had when it adopted the check: they are not reported again. */
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import type { Finding } from './finding.ts';

const schema = z.strictObject({
  version: z.literal(1),
  findings: z.array(z.strictObject({ rule: z.string(), file: z.string(), object: z.string(), count: z.int().min(1) })),
});

/** Without line numbers, which move when other lines are edited. */
const keyOf = ({ rule, file, object }: { rule: string; file: string; object: string }): string =>
  `${rule}\n${file}\n${object}`;

/** @returns the text of a baseline with all findings */
export function baselineOf(findings: readonly Finding[]): string {
  const groups = Map.groupBy(findings, keyOf);
  const entries = [...groups.values()].map((group) => {
    const [{ rule, file, object }] = group as [Finding, ...Finding[]];
    return { rule, file, object, count: group.length };
  });
  return `${JSON.stringify({ version: 1, findings: entries }, null, 2)}\n`;
}

export interface Compared {
  /** Findings that the baseline does not have. */
  readonly findings: readonly Finding[];
  readonly hidden: number;
  /** Entries of the baseline that are gone: their findings have been fixed. */
  readonly fixed: number;
}

/**
 * @param name the file's name, for errors
 * @throws UsageError where the text is not a baseline
 */
export function withoutBaseline(findings: readonly Finding[], text: string, name: string): Compared {
  const left = new Map(parsed(text, name).map((entry) => [keyOf(entry), entry.count]));
  const fresh = findings.filter((finding) => {
    const count = left.get(keyOf(finding)) ?? 0;
    left.set(keyOf(finding), count - 1);
    return count <= 0;
  });
  const fixed = [...left.values()].filter((count) => count > 0).reduce((sum, count) => sum + count, 0);
  return { findings: fresh, hidden: findings.length - fresh.length, fixed };
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
