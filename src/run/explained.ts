/** What `pgdrill explain` found earlier, where it has been run into the same folder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExplainResult, explainResultSchema } from '../measure/explain-result.ts';

/** The folder of `explain` for a scenario on a stack, inside the folder of runs. */
export const explainFolder = (out: string, scenario: string, stack: string): string =>
  join(out, `explain-${scenario}-${stack}`);
export const explanationFile = (folder: string): string => join(folder, 'explanation.json');

/** Undefined where there is none, or none that this version understands: a report does without it. */
export async function loadExplained(out: string, scenario: string, stack: string): Promise<ExplainResult | undefined> {
  try {
    const text = await readFile(explanationFile(explainFolder(out, scenario, stack)), 'utf8');
    return explainResultSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
