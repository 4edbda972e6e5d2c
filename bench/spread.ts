/** A figure that was taken several times: its least, its median and its greatest value. */
import { quantile } from '../src/measure/stats.ts';
import type { Figure } from './benchmark.ts';

/** The target is the median’s. */
export const spread = (
  name: string,
  unit: string,
  values: readonly number[],
  target: Pick<Figure, 'atMost' | 'atLeast'> = {},
): Figure[] => [
  { name: `${name}, median of ${values.length}`, value: quantile(values, 0.5), unit, ...target },
  { name: `${name}, least`, value: Math.min(...values), unit },
  { name: `${name}, greatest`, value: Math.max(...values), unit },
];
