/** For tests: what a report of each stored run says, each run read and judged once. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRunFile } from '../journal/read.ts';
import type { Run } from '../journal/run.ts';
import { type Changes, changesFor } from '../measure/advice/proposals.ts';
import { whyText } from '../measure/advice/why.ts';
import { judge } from '../measure/judge.ts';
import type { Verdict } from '../measure/verdict.ts';
import { firstChange } from '../report/proposal-words.ts';
import { timers as cnpgTimers } from '../stacks/cnpg/timers.ts';
import { timers as labTimers } from '../stacks/lab/timers.ts';

export interface Said {
  readonly run: Run;
  readonly verdict: Verdict;
  readonly why: string;
  readonly changes: Changes;
  readonly change: string;
}

const folder = 'fixtures/journals';

async function readAll(): Promise<ReadonlyMap<string, Said>> {
  const all = new Map<string, Said>();
  for (const name of readdirSync(folder)) {
    const run = await readRunFile(join(folder, name, 'run.ndjson.gz'));
    const verdict = judge(run);
    const changes = changesFor(run, verdict, run.header.stack === 'lab' ? labTimers : cnpgTimers);
    all.set(name, { run, verdict, changes, why: whyText(verdict), change: firstChange(changes, verdict) });
  }
  return all;
}

let read: Promise<ReadonlyMap<string, Said>> | undefined;

/** By the name of the journal. */
export const storedSaid = (): Promise<ReadonlyMap<string, Said>> => {
  read ??= readAll();
  return read;
};
