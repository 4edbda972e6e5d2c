import { Command } from 'commander';
import { partsKey, prepareLab } from '../stacks/lab/root/rootfs.ts';
import { say } from './say.ts';

/** `pgdrill prepare`: makes what a lab runs on, before the first drill needs it. */
export function prepareCommand(): Command {
  return new Command('prepare')
    .description('make what the lab runs on (some minutes, once); a drill does it where it is missing')
    .option('--key', 'print a word that changes when what the lab runs on does: a key for caches of CI')
    .action(async ({ key }: { key?: true }) => {
      if (key) say(partsKey());
      else await prepareAloud();
    });
}

/** Prepares the lab and prints each step; prints nothing where nothing is missing. */
export async function prepareAloud(signal?: AbortSignal): Promise<void> {
  const started = performance.now();
  const seconds = () => `${Math.round((performance.now() - started) / 1_000)} s`.padStart(5);
  await prepareLab((step) => say(`[set-up ${seconds()}] ${step}`), signal);
}
