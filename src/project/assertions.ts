/** Reads a user's assertions: `assertions: [{ name, sql, expect }]` in a YAML file. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import type { Assertion } from '../postgres/assertion.ts';

const range = z
  .strictObject({ min: z.number().exactOptional(), max: z.number().exactOptional() })
  .refine(({ min, max }) => min !== undefined || max !== undefined, 'expected min, max or both');
const assertion = z.strictObject({
  name: z.string().min(1).optional(),
  sql: z
    .string()
    .trim()
    .regex(/^(select|with|table|values)\b/i, 'expected a query: SELECT, WITH, TABLE or VALUES'),
  expect: z.union([z.string(), z.number(), z.boolean(), z.null(), range]),
});
const file = z.strictObject({ assertions: z.array(assertion).min(1) });

/** @throws UsageError naming the file and what is wrong with it */
export async function readAssertions(paths: readonly string[]): Promise<Assertion[]> {
  return (await Promise.all(paths.map(readOne))).flat();
}

async function readOne(path: string): Promise<Assertion[]> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UsageError(`--assertions expects a YAML file, but ${path} cannot be read: ${error.message}`);
  });
  const parsed = file.safeParse(parsedYaml(path, text));
  if (!parsed.success) {
    const { path: at, message } = parsed.error.issues[0]!;
    throw new UsageError(
      `${path} should hold assertions: [{ name, sql, expect }], but at ${at.join('.') || 'its top'}: ${message}`,
    );
  }
  return parsed.data.assertions.map(({ name, sql, expect }) => ({ name: name ?? sql, sql, expect }));
}

function parsedYaml(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new UsageError(`${path} is not YAML: ${(error as Error).message.split('\n')[0]}`);
  }
}
