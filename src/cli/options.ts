/** Options that several commands share. */

import { Option } from 'commander';
import { UsageError } from '../errors.ts';
import { stackKinds } from '../stacks/index.ts';

export const stackOption = () => new Option('--stack <kind>', 'where to run').choices([...stackKinds]);
export const outOption = () => new Option('--out <folder>', 'folder of runs');
export const manifestsOption = () =>
  new Option(
    '--manifests <path>',
    'with --stack k3s: stand up your own manifests: a file, folder, kustomization or values of the chart “cluster” (may be given again)',
  ).argParser((path: string, before: string[] = []) => [...before, path]);
export const withOption = () =>
  new Option('--with <setting=value>', 'change one setting of the topology for this run (may be given again)')
    .argParser((word: string, before: string[] = []) => [...before, word])
    .default([]);

/** @throws UsageError for what is no whole number from `least` to `most` */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(`${option} expects a whole number from ${least} to ${most}; it got "${text}"`);
}
