import { byWord } from '../../../faults/by-word.ts';
import type { NodeFault } from '../../cnpg/node-shell.ts';
import * as words from './words.ts';

export const clusterFaults = byWord<NodeFault>(words);
