/** What every line of the journal is built from. */
import { z } from 'zod';

/** µs of the run's clock. */
export const us = z.int();
export const count = z.int().nonnegative();
export const line = <K extends string, S extends z.ZodRawShape>(kind: K, shape: S) =>
  z.object({ seq: count, tUs: us, kind: z.literal(kind), ...shape });
/** Units of measures. */
export const units = ['ms', 's', 'bytes', 'count', 'perSecond', 'ratio'] as const;
