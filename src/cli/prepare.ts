import { Command } from 'commander';
import { prepareLab } from '../stacks/lab/root/rootfs.ts';

/** What `npm start` and `npm test` run once Node.js is there: makes the lab’s root file system, where it is missing. */
export function prepareCommand(): Command {
  return new Command('prepare').description('make what the lab runs on').action(async () => {
    const started = performance.now();
    const seconds = () => `${Math.round((performance.now() - started) / 1_000)} s`.padStart(5);
    await prepareLab((step) => console.log(`[set-up ${seconds()}] ${step}`));
  });
}
