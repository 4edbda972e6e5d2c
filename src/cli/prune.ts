import { Command } from 'commander';
import { counted } from '../measure/measured.ts';
import { readConfig } from '../project/config.ts';
import { amount } from '../report/text.ts';
import { prune } from '../run/files/prune.ts';
import { outOption, wholeNumber } from './options.ts';
import { say } from './say.ts';

/** `pgdrill prune`: keeps the folder of runs small. */
export function pruneCommand(): Command {
  return new Command('prune')
    .description(
      'pack the journals of newer runs; of older ones keep verdict and report only. The history stays whole.',
    )
    .option('--keep <runs>', 'number of runs of each scenario on each stack that keep their journal', '10')
    .option('--dry-run', 'show what would be done, without doing it')
    .addOption(outOption())
    .action(async (options: { keep: string; dryRun?: true; out?: string }) => {
      const keep = wholeNumber('--keep', options.keep);
      const { out } = await readConfig({ out: options.out });
      const done = await prune(out, keep, options.dryRun === true);
      for (const { run, what, freedBytes } of done) say(`${what.padEnd(8)} ${run}  ${amount(freedBytes, 'bytes')}`);
      const freed = done.reduce((sum, { freedBytes }) => sum + freedBytes, 0);
      const pruned = `${counted(done.length, 'run')}, ${amount(freed, 'bytes')}`;
      say(options.dryRun ? `would prune ${pruned} beside what packing frees` : `pruned ${pruned}`);
    });
}
