import { summaryLines } from '../report/terminal.ts';
import { reportFile } from '../run/folder.ts';
import type { RunResult } from '../run/index.ts';
import { say } from './say.ts';

/** Prints what a run has shown; the verdict's sentence is the last line. */
export function printResult({ verdict, folder, change, place, trouble }: RunResult): void {
  for (const line of summaryLines(verdict)) say(line);
  say(`what to change: ${change}`);
  if (trouble) say(trouble.message);
  if (place) say(place);
  say(`report: ${reportFile(folder)}`);
  say(verdict.sentence);
}
