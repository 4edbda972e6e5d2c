import { join } from 'node:path';
import { Command } from 'commander';
import { readRunFile } from '../journal/read.ts';
import { judge } from '../measure/judge.ts';
import { readConfig } from '../project/config.ts';
import { catalogueOf, catalogueText, type RunOfBackups } from '../report/backup-catalogue.ts';
import type { HistoryLine } from '../report/history.ts';
import { loadHistory } from '../run/history.ts';
import { resolveJournal } from '../run/journal-path.ts';
import { outOption } from './options.ts';
import { say } from './say.ts';

/** `pgdrill backups`: every base backup that drills have put into a store, each with when it was last proved to restore. */
export function backupsCommand(): Command {
  return new Command('backups')
    .description('list the base backups that drills took, with the date of the last proved restore')
    .addOption(outOption())
    .action(async (options: { out?: string }) => {
      const { out } = await readConfig({ out: options.out });
      const runs: RunOfBackups[] = [];
      for (const { run } of (await loadHistory(out)).filter(hasBackups)) {
        const found = await readBackups(join(out, run));
        if (found) runs.push(found);
        else say(`${run}: its journal no longer exists`);
      }
      const lines = catalogueText(catalogueOf(runs));
      if (lines.length > 0) say(...lines);
      else say(`no run in ${out} has taken a base backup`);
    });
}

/** Journals are long: only those that are known to hold a backup or a restore are read. */
const hasBackups = ({ measured }: HistoryLine): boolean =>
  [measured.backupMs, measured.restoreMs, measured.failedRestores].some((found) => (found?.value ?? null) !== null);

async function readBackups(folder: string): Promise<RunOfBackups | undefined> {
  const run = await readRunFile(resolveJournal(folder)).catch(() => undefined);
  if (!run) return undefined;
  const { header, backups, restores } = run;
  const { id, stack, startedAt } = header;
  return { id, stack, startedAt, backups, restores, measured: judge(run).measured };
}
