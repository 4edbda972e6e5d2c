/** The verdict as JSON together with what is needed to make sense of it without the journal; and its JSON Schema. */
import { z } from 'zod';
import { runLine, stackLine } from '../journal/event.ts';
import type { Run } from '../journal/run.ts';
import { type MetricName, metricNames } from '../measure/metrics.ts';
import { phaseNames, type Verdict } from '../measure/verdict.ts';

const number = z.number().nullable();
const evidence = z.array(z.int()).readonly();
const result = z.enum(['pass', 'fail', 'unknown']);
const metric = z.enum(metricNames as readonly [MetricName, ...MetricName[]]);

const measuredSchema = z.object({
  metric,
  unit: z.enum(['ms', 's', 'bytes', 'count', 'perSecond', 'ratio']),
  value: number.describe('null: not measurable'),
  lower: number,
  upper: number.describe('the true value lies in [lower, upper]; null: no upper bound is known'),
  evidence: evidence.describe('sequence numbers of the journal’s records that show it'),
  note: z.string().exactOptional(),
});

const limitSchema = z.object({
  max: z.number().optional(),
  min: z.number().optional(),
  source: z.string().optional().describe('where the number comes from, where that is not the scenario'),
});

const episodeSchema = z.object({
  stream: z.string(),
  startUs: z.number(),
  endUs: number.describe('null: it never came back'),
  lastedUs: z.number(),
  cutBy: z.enum(['end', 'heal']).exactOptional(),
  minusUs: z.number(),
  plusUs: z.number(),
  badSlots: z.int(),
  evidence,
  errors: z.array(z.object({ text: z.string(), n: z.int() })).readonly(),
});

const phaseSchema = z.object({
  phase: z.enum(phaseNames),
  startUs: z.number(),
  endUs: z.number(),
  observer: z.string(),
  evidence,
  innerUs: z.number().exactOptional().describe('the phase falls into two parts; when the first ended'),
  archive: z
    .object({ calls: z.int(), us: z.number(), failed: z.int() })
    .exactOptional()
    .describe('calls to the archive meanwhile, and how long at least one was under way'),
  includes: z.array(z.enum(phaseNames)).readonly().exactOptional().describe('phases before it whose ends nobody saw'),
  cutBy: z.enum(['heal', 'end']).exactOptional(),
});

const causeSchema = z.object({
  phase: z.enum(phaseNames),
  part: z.union([z.literal(1), z.literal(2)]).exactOptional(),
  ms: z.number(),
  ofMs: z.number(),
  imposedBy: z.string(),
  advice: z.string().exactOptional(),
  endedByDrillMs: z.number().exactOptional().describe('only the drill ended the outage, so long after the fault'),
  held: z.literal(true).exactOptional().describe('what it ended was a hold: it had paused the poolers'),
  sentence: z.string(),
  evidence,
});

/** What `verdict.json` holds. */
const verdictSchema = z.object({
  format: z.literal(1),
  run: z.string(),
  scenario: z.string(),
  stack: z.string(),
  outcome: result,
  sentence: z.string(),
  checks: z.array(measuredSchema.extend({ limit: limitSchema, outcome: result })).readonly(),
  own: z
    .array(
      measuredSchema
        .omit({ metric: true })
        .extend({ name: z.string(), means: z.string(), limit: limitSchema, outcome: result }),
    )
    .readonly()
    .exactOptional()
    .describe('measures that the scenario brings'),
  measured: z.array(measuredSchema).readonly(),
  episodes: z.array(episodeSchema).readonly(),
  phases: z.array(phaseSchema).readonly(),
  fault: z.string().exactOptional().describe('what was broken, how long and of whom'),
  cause: causeSchema.exactOptional().describe('the largest part of the outage and who imposes it'),
  reasons: z
    .array(z.object({ metric, why: z.string(), advice: z.string(), evidence }))
    .readonly()
    .exactOptional()
    .describe('why each limit broke that is not about the outage, and what to do'),
  doubts: z.array(z.string()).readonly(),
}) satisfies z.ZodType<Verdict>;

/** What the `json` reporter gives. Times are µs on the run's clock. */
export const reportSchema = z.object({
  format: z.literal(1),
  verdict: verdictSchema,
  run: z.object({
    ...runLine.pick({ id: true, startedAt: true, scenario: true, topology: true, load: true, changed: true }).shape,
    ...runLine.pick({ seed: true, host: true, command: true, version: true, by: true, repository: true }).shape,
    stack: runLine.shape.stack,
    versions: stackLine.shape.versions,
    settings: stackLine.shape.settings,
    lastUs: z.number(),
    writes: z.int(),
    ended: z.boolean().describe('false: the journal was cut off'),
  }),
});

/** The report as JSON, checked against its own schema. */
export function renderJson(run: Run, verdict: Verdict): string {
  const { versions = {}, settings = {} } = run.stack ?? {};
  const facts = {
    ...run.header,
    versions,
    settings,
    lastUs: run.lastUs,
    writes: run.ops.n,
    ended: run.end !== undefined,
  };
  return `${JSON.stringify(reportSchema.parse({ format: 1, verdict, run: facts }), null, 2)}\n`;
}
