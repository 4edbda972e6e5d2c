/** What every line of the journal is built from. */
import { z } from 'zod';

/** µs of the run's clock. */
export const us = z.int();
export const count = z.int().nonnegative();
export const line = <K extends string, S extends z.ZodRawShape>(kind: K, shape: S) =>
  z.object({ seq: count, tUs: us, kind: z.literal(kind), ...shape });
/** A column of a batch. Checked by hand: ten times as quick as `z.array(z.int())`, and journals hold millions of these. */
export const column = z.custom<number[]>(isIntegers, 'expected an array of integers');
/** The columns of a batch of attempts of clients: connections, transactions. */
export const attemptShape = {
  n: count,
  baseUs: us,
  client: column,
  /** Index into `paths` (stream or pooler names: `pooler-1`, `direct`). */
  path: column,
  paths: z.array(z.string()),
  /** When it began, relative to `baseUs`; when its outcome was known, relative to `start`. */
  start: column,
  took: column,
  /** Index into the outcomes of its kind. */
  outcome: column,
  /** Index into `errors`, −1 for none. */
  error: column,
  errors: z.array(z.string()),
};
/** Units of measures. */
export const units = ['ms', 's', 'bytes', 'count', 'perSecond', 'ratio'] as const;

/** A user's manifests that were stood up, and what had to be changed in them. */
export const manifestsShape = z.object({
  ...{ files: z.array(z.string()), cluster: z.string(), pooler: z.string() },
  /** `field` is empty where a whole object is added or left out; `place` is file and line. */
  changes: z.array(
    z.object({
      ...{ object: z.string(), place: z.string().optional(), field: z.string() },
      ...{ from: z.string().optional(), to: z.string().optional(), why: z.string() },
    }),
  ),
});

function isIntegers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(Number.isSafeInteger);
}
