/** How many nodes the Kubernetes cluster has, where the repository installs it too, with Talos. */
import { basename, dirname } from 'node:path';
import { isMap, isSeq } from 'yaml';
import { rootsOf } from '../text/parse.ts';
import type { File } from './files.ts';

/**
 * The nodes of `talconfig.yaml` (talhelper), or the machine configurations in one folder. Undefined where the files
 * declare none, or those of several clusters.
 */
export function nodesIn(files: readonly Pick<File, 'path' | 'source'>[]): number | undefined {
  const configs = files.filter(({ path }) => /^talconfig\.ya?ml$/.test(basename(path)));
  if (configs.length > 0) return configs.length === 1 ? listedIn(configs[0]!) : undefined;
  const machines = files.filter(isMachine);
  const folders = new Set(machines.map(({ path }) => dirname(path)));
  return folders.size === 1 ? machines.length : undefined;
}

function listedIn({ source }: Pick<File, 'source'>): number | undefined {
  const root = rootsOf(source)[0]?.node;
  const nodes = isMap(root) ? root.get('nodes') : undefined;
  return isSeq(nodes) && nodes.items.length > 0 ? nodes.items.length : undefined;
}

/** A whole machine configuration; patches of one say neither the type nor how to join. */
function isMachine({ path, source: { text } }: Pick<File, 'path' | 'source'>): boolean {
  // By its address, as talosctl applies it; encrypted or not.
  if (/\/talos\/\d+(?:\.\d+){3}(?:\.sops)?\.ya?ml$/.test(path)) return true;
  if (!text.includes('machine:') || !/^cluster:/m.test(text)) return false;
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.startsWith('machine:'));
  const next = lines.findIndex((line, nth) => nth > first && /^\S/.test(line) && !line.startsWith('#'));
  return first >= 0 && lines.slice(first, next < 0 ? undefined : next).some((line) => /^ {1,4}type:/.test(line));
}
