import { byWord } from '../../../faults/by-word.ts';
import type { K3sFault } from './context.ts';
import * as words from './words.ts';

export const k3sFaults = byWord<K3sFault>(words);
