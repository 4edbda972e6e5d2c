import { byWord } from '../../../faults/by-word.ts';
import type { LabFault } from './fault.ts';
import * as words from './words.ts';

export const labFaults = byWord<LabFault>(words);
