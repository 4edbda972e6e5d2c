import { summaryLines } from '../report/terminal.ts';
import { reportFile } from '../run/folder.ts';
import type { RunResult } from '../run/index.ts';

/** Prints what a run has shown; the verdict's sentence is the last line. */
export function tell({ verdict, folder, place, trouble }: RunResult): void {
  for (const line of summaryLines(verdict)) console.log(line);
  if (trouble) console.log(trouble.message);
  if (place) console.log(`write outage: ${place}`);
  console.log(`report: ${reportFile(folder)}`);
  console.log(verdict.sentence);
}
