import { Command } from 'commander';
import { partsKey, prepareLab } from '../stacks/lab/root/rootfs.ts';
import { say } from './say.ts';

/** `pgdrill prepare`: makes what a lab runs on, before the first drill needs it. */
export function prepareCommand(): Command {
  return new Command('prepare')
    .description('build the lab’s root file system (some minutes, once); a drill does this when needed')
    .option('--key', 'print a key for CI caches, which changes with the contents of the root file system')
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
