/** Options that several commands share. */
import { Option } from 'commander';
import { stackKinds } from '../stacks/index.ts';

export const stackOption = () => new Option('--stack <kind>', 'where to run').choices([...stackKinds]);
export const outOption = () => new Option('--out <folder>', 'folder of runs');
export const withOption = () =>
  new Option('--with <setting=value>', 'change one setting of the topology for this run (may be given again)')
    .argParser((word: string, before: string[] = []) => [...before, word])
    .default([]);
