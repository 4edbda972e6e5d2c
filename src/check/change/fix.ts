/** Applies the changes of findings to the texts, one after the other, until none is left that can be applied. */
import { type CheckOptions, checkAll } from '../check.ts';
import type { Finding } from '../finding.ts';
import type { Source } from '../text/source.ts';
import { applyEdits, type Edit } from './edit.ts';

export interface Fixed {
  /** The files that changed, with their new texts. */
  readonly sources: readonly Source[];
  readonly fixed: number;
}

/** A change must end its finding; where it does not, it is not tried for ever. */
const mostRounds = 60;

/** Changes with placeholders are left out: the user has to fill them in. */
export function fixAll(sources: readonly Source[], options: CheckOptions): Fixed {
  let now = [...sources];
  let fixed = 0;
  const tried = new Set<string>();
  for (let round = 0; round < mostRounds; round++) {
    const { findings, edits } = checkAll(now, inContext(options, now));
    const touched = new Set<Source>();
    const chosen: Edit[] = [];
    for (const finding of findings.filter(({ placeholders }) => placeholders === undefined)) {
      const change = edits.get(finding)!;
      const isFree = change.every(({ source }) => canWrite(now, source) && !touched.has(source));
      if (change.length === 0 || !isFree || tried.has(keyOf(finding, round))) continue;
      tried.add(keyOf(finding, round));
      for (const { source } of change) touched.add(source);
      chosen.push(...change);
      fixed++;
    }
    if (chosen.length === 0) break;
    // A patch that a kustomization names may be no file that was collected.
    now = [...new Set([...now, ...chosen.map(({ source }) => source)])].map((source) => withEdits(source, chosen));
  }
  return { sources: now.filter((source, nth) => source !== sources[nth]), fixed };
}

/** Files that were collected, and others below the folder where pgdrill runs; not an older text of either. */
const canWrite = (now: readonly Source[], source: Source): boolean =>
  now.includes(source) || (!/^(?:\.\.|\/)/.test(source.file) && !now.some(({ file }) => file === source.file));

/** A finding at one place may follow from another's change, and then be fixed too; never more often than that. */
const keyOf = ({ rule, file, object, message }: Finding, round: number): string =>
  `${rule} ${file} ${object} ${message} ${Math.floor(round / 20)}`;

function withEdits(source: Source, edits: readonly Edit[]): Source {
  const own = edits.filter((edit) => edit.source === source);
  return own.length === 0 ? source : { file: source.file, text: applyEdits(source.text, own) };
}

/** The repository around single files, with the files as they are now. */
function inContext(options: CheckOptions, now: readonly Source[]): CheckOptions {
  if (options.context === undefined || options.context.length === 0) return options;
  const names = new Set(now.map(({ file }) => file));
  return { ...options, context: [...now, ...options.context.filter(({ file }) => !names.has(file))] };
}
