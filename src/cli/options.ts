/** Options that several commands share. */

import { Option } from 'commander';
import { UsageError } from '../errors.ts';
import { stackKinds } from '../stacks/index.ts';

export const stackOption = () => new Option('--stack <kind>', 'where to run (default: lab)').choices([...stackKinds]);
export const outOption = () => new Option('--out <folder>', 'folder of runs (default: reports)');
export const limitOption = () =>
  new Option('--limit <metric=value>', 'set a limit: rto=30s, rpo=0, or a metric of docs/METRICS.md (repeatable)')
    .argParser((word: string, before: string[] = []) => [...before, word])
    .default([], 'those of the scenario and of pgdrill.config.yaml');
export const manifestsOption = () =>
  new Option(
    '--manifests <path>',
    'with --stack k3s: use your own manifests: a file, folder, kustomization or values of the chart “cluster” (repeatable)',
  ).argParser((path: string, before: string[] = []) => [...before, path]);
export const withOption = () =>
  new Option('--with <setting=value>', 'change one setting for this run; pgdrill settings lists them (repeatable)')
    .argParser((word: string, before: string[] = []) => [...before, word])
    .default([]);

/** @throws UsageError for anything but a whole number from `least` to `most` */
export function wholeNumber(option: string, text: string, least = 0, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `, ${least} or more` : ` from ${least} to ${most}`;
  throw new UsageError(`${option} expects a whole number${range}; it got ${JSON.stringify(text)}`);
}
