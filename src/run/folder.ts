/** A run’s folder: `reports/<run-id>/` with the journal, the verdict and the report. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { makeFolders } from '../safety/folders.ts';
import { whyNotWritten } from './files/written.ts';

/** `20261122-163000-primary-crash-lab-7f3a`: sorts by time, and is unlike any other run’s. */
export function runId(scenario: string, stack: string, startedAt: Date, random: number): string {
  const stamp = startedAt.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${scenario}-${stack}-${Math.floor(random * 0x10000)
    .toString(16)
    .padStart(4, '0')}`;
}

/**
 * Makes the folder of a run.
 * @throws UsageError where it cannot be created, or exists already: two runs must not write into one folder
 */
export async function makeRunFolder(out: string, id: string): Promise<string> {
  const folder = join(out, id);
  try {
    await makeFolders(out);
    await mkdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new UsageError(
        `the run’s folder ${folder} exists already; two runs cannot share one: choose another --out`,
      );
    throw new UsageError(
      `the run’s folder ${folder} cannot be made: ${whyNotWritten(error)}; name another folder of runs with --out`,
    );
  }
  return folder;
}

/** The files in it. */
export const journalFile = (folder: string) => join(folder, 'run.ndjson');
export const logFile = (folder: string) => join(folder, 'harness.log');
export const verdictFile = (folder: string) => join(folder, 'verdict.json');
export const reportFile = (folder: string) => join(folder, 'report.html');
