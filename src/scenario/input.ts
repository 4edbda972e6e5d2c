/**
 * What a scenario file may write, as types. The package’s own declarations of these are generated from the schemas, so
 * that an editor shows on hover what each field means: see `scripts/input-types.mjs`.
 */
import type { z } from 'zod';
import type { StackKind } from '../faults/target.ts';
import type { MetricName } from '../measure/metrics.ts';
import type { loadSchema } from './load.ts';
import type { topologySchema } from './topology.ts';

/** Bounds on a metric, in its own unit. `source` says where the number comes from. */
type BoundsInput = { readonly source?: string } & (
  | { readonly max: number; readonly min?: number }
  | { readonly min: number; readonly max?: number }
);
/** `on`: other bounds, by stack. */
type LimitInput = BoundsInput & { readonly on?: Partial<Record<StackKind, BoundsInput>> };

export type LoadInput = z.input<typeof loadSchema>;
export type TopologyInput = z.input<typeof topologySchema>;
export type LimitsByName = { readonly [N in MetricName]?: LimitInput };
