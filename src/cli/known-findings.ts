/**
 * The file with a project's known findings: read by `check` and `ci`, written by `check --write-baseline`. What reads and
 * writes its format is loaded only where there is one.
 */
import { readFile, writeFile } from 'node:fs/promises';
import type { Compared } from '../check/baseline.ts';
import type { Finding } from '../check/finding.ts';
import { UsageError } from '../errors.ts';
import { counted } from '../measure/measured.ts';
import { remark } from './say.ts';

/**
 * The findings that the baseline does not have, and how many it has.
 * @throws UsageError where the baseline cannot be read
 */
export async function newSince(
  file: string | undefined,
  { findings: all }: { readonly findings: readonly Finding[] },
): Promise<{ findings: readonly Finding[]; hidden: number }> {
  if (file === undefined) return { findings: all, hidden: 0 };
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new UsageError(`expected to read the baseline ${file}, but: ${error.message}.`, { cause: error });
  });
  const { withoutBaseline } = await import('../check/baseline.ts');
  const { findings, hidden, fixed, withoutValues } = withoutBaseline(all, text, file);
  if (fixed > 0)
    remark(
      `${counted(fixed, 'finding')} of ${file} ${fixed === 1 ? 'is' : 'are'} gone and would be hidden if reintroduced; ` +
        'pgdrill check --write-baseline removes such entries.',
    );
  if (withoutValues > 0)
    remark(
      `${file} is of an earlier pgdrill and holds no values, so a finding stays hidden when its value becomes worse; ` +
        'pgdrill check --write-baseline adds them.',
    );
  return { findings, hidden };
}

/**
 * Writes all findings to a baseline, and drops entries whose findings are gone.
 * @returns what was written, as a sentence
 */
export async function writeKnown(file: string, findings: readonly Finding[]): Promise<string> {
  const before = await readFile(file, 'utf8').then(
    (text) => comparedWith(text, findings, file),
    () => undefined,
  );
  const { baselineOf } = await import('../check/baseline.ts');
  await writeFile(file, baselineOf(findings));
  const changes =
    before === undefined ? '' : ` (${before.findings.length} new or with another value, ${before.fixed} removed)`;
  return `Wrote ${counted(findings.length, 'finding')} to ${file}${changes}.`;
}

/** Undefined where the file is not a baseline: it is replaced. */
async function comparedWith(text: string, findings: readonly Finding[], file: string): Promise<Compared | undefined> {
  const { withoutBaseline } = await import('../check/baseline.ts');
  try {
    return withoutBaseline(findings, text, file);
  } catch {
    return undefined;
  }
}
