/** The experiments of others that a drill injects, by the files that its source names. */
import { readFile } from 'node:fs/promises';
import type { Experiment } from '../chaos-mesh/experiment.ts';
import { UsageError } from '../errors.ts';
import { readSteps } from './script.ts';

export interface NamedExperiment {
  /** As the drill names it: relative to the working directory. */
  readonly file: string;
  readonly text: string;
  readonly experiment: Experiment;
}

/** @throws UsageError where the file cannot be read, or holds something else */
export async function readExperiment(file: string): Promise<NamedExperiment> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new UsageError(`the file of the experiment cannot be read: ${error.message}`);
  });
  const { parseExperiment } = await import('../chaos-mesh/experiment.ts');
  return { file, text, experiment: parseExperiment(text, file) };
}

/**
 * Those whose file stands in the drill’s source as a text; one whose name is computed is read when it is injected.
 * @throws UsageError where a file cannot be read, or holds something else
 */
export function experimentsOf(drill: (...verbs: never[]) => unknown): Promise<readonly NamedExperiment[]> {
  const files = (readSteps(drill) ?? []).flatMap(({ verb, values: [fault, , given] }) => {
    const { file } = (given ?? {}) as { readonly file?: unknown };
    return verb === 'inject' && fault === 'experiment' && typeof file === 'string' ? [file] : [];
  });
  return Promise.all([...new Set(files)].map(readExperiment));
}
