/** What `pgdrill explain` keeps as `explanation.json`, as far as a report reads it. */
import { z } from 'zod';

const end = z.number().nullable();

/** One timer: its value in force, what its present value costs against the recommended one, and how it is written. */
const explainedTimerSchema = z.object({
  name: z.string(),
  program: z.string(),
  unit: z.string(),
  base: z.number(),
  recommended: z.number(),
  /** The line of its configuration, `{}` for the value. */
  line: z.string(),
  risk: z.string(),
  runs: z.int(),
  effect: z.enum(['costs', 'hidden', 'nothing']),
  /** ms of outage, with its 95 % interval. */
  cost: z.object({ value: z.number(), lower: end, upper: end }),
});
export const explainResultSchema = z.object({ rows: z.array(explainedTimerSchema), runs: z.int() });
export type ExplainResult = z.infer<typeof explainResultSchema>;
