import { byWord } from '../../../faults/by-word.ts';
import type { Fault } from '../../../faults/contract.ts';
import type { NodesAt } from '../../cnpg/node-shell.ts';
import type { DrilledAt } from './poolers.ts';
import * as words from './words.ts';

export const clusterFaults = byWord<Fault<DrilledAt, NodesAt>>(words);
