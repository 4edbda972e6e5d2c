/** The JSON Schemas that are published in `schemas/`, for editors and other languages. */
import { z } from 'zod';
import { metricNames, metrics } from '../measure/metrics.ts';
import { configSchema } from '../project/config.ts';
import { reportSchema } from '../report/json.ts';
import { scenarioSchema } from '../scenario/index.ts';

type JsonSchema = Record<string, unknown> & { properties?: Record<string, unknown> };

/** As a user writes it: what has a default may be left out. */
const asWritten = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;

/** Everything of a scenario file but its drill, which is code; limits by the names that there are, each explained. */
function scenarioJsonSchema(): JsonSchema {
  const schema = asWritten(scenarioSchema.omit({ drill: true }));
  const { additionalProperties: limit } = schema.properties!.limits as { additionalProperties: object };
  const properties = Object.fromEntries(
    metricNames.map((name) => [name, { ...limit, description: `${metrics[name].means} (${metrics[name].unit})` }]),
  );
  const limits = { type: 'object', properties, additionalProperties: false };
  return { ...schema, properties: { ...schema.properties, limits } };
}

/** By name; the file is `schemas/<name>.schema.json`. */
export const schemas: Readonly<Record<string, () => JsonSchema>> = {
  config: () => asWritten(configSchema),
  scenario: scenarioJsonSchema,
  report: () => z.toJSONSchema(reportSchema) as JsonSchema,
};

/** The text of a schema’s file. */
export const schemaText = (make: () => JsonSchema): string => `${JSON.stringify(make(), null, 2)}\n`;
