/** What lies beside a stored run: the history of the runs in its folder, and what `explain` found for its scenario. */
import { dirname } from 'node:path';
import type { Run } from '../journal/run.ts';
import type { Known } from '../report/html/view.ts';
import { timers as cnpgTimers } from '../stacks/cnpg/timers.ts';
import { loadStack } from '../stacks/index.ts';
import { loadExplained } from './explained.ts';
import { loadHistory } from './history.ts';

/** @param journal the path of the run's journal */
export async function knownBeside(journal: string, run: Run): Promise<Known> {
  const out = dirname(dirname(journal));
  const { scenario, stack } = run.header;
  // An existing cluster is opened by name only; its settings are those of any CloudNativePG.
  const levers = stack === 'cluster' ? cnpgTimers : (await loadStack(stack)).timers;
  return { history: await loadHistory(out), explained: await loadExplained(out, scenario.name, stack), levers };
}
