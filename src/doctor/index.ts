import type { Check } from './check.ts';
import { cluster } from './cluster.ts';
import { folder } from './folder.ts';
import { k3s } from './k3s.ts';
import { lab } from './lab.ts';
import { node } from './node.ts';

/** In the order in which `pgdrill doctor` prints them. */
export const checks: readonly Check[] = [node, folder, lab, k3s, cluster];
