/**
 * What a scenario file may write, as types. The package’s own declarations of these are generated from the schemas, so
 * that an editor shows on hover what each field means: see `scripts/input-types.mjs`.
 */
import type { z } from 'zod';
import type { MetricName } from '../measure/metrics.ts';
import type { loadSchema } from './load.ts';
import type { topologySchema } from './topology.ts';

/** A bound on a metric, in its own unit. */
type LimitInput = { readonly max: number; readonly min?: number } | { readonly min: number; readonly max?: number };

export type LoadInput = z.input<typeof loadSchema>;
export type TopologyInput = z.input<typeof topologySchema>;
export type LimitsByName = { readonly [N in MetricName]?: LimitInput };
