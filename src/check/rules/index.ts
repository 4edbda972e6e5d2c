import type { Rule } from '../finding.ts';
import * as all from './all.ts';

/** All rules, by name. */
export const rules: readonly Rule[] = Object.values(all);
