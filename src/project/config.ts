/** `pgdrill.config.yaml`, overridden by the environment, overridden by options of the command line. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { hooksSchema } from '../hooks/config.ts';
import { configLimits } from '../scenario/limits.ts';
import { stackKinds } from '../stacks/index.ts';
import { configFile } from './config-file.ts';

export { configFile };
export const defaultScenarios = 'scenarios';

/** A whole number, or its digits: what options and the environment say is text. */
const wholeNumber = z
  .union([z.int(), z.string().regex(/^\d+$/, 'expected a whole number')], 'expected a whole number')
  .transform(Number);

export const configSchema = z.strictObject({
  stack: z.enum(stackKinds).default('lab').describe('where drills run unless --stack says otherwise'),
  out: z.string().default('reports').describe('folder of runs'),
  scenarios: z.string().default(defaultScenarios).describe('folder of scenarios'),
  seed: wholeNumber
    .pipe(z.number().min(0).max(0xffffffff))
    .optional()
    .describe('seed of the load’s arrivals; default: a random one for each run'),
  with: z
    .record(z.string(), z.union([z.string().min(1), z.number()]).transform(String))
    .default({})
    .describe('settings of the topology that every run changes, as --with does'),
  manifests: z
    .array(z.string().min(1))
    .default([])
    .describe('files, folders or kustomizations that the stack k3s stands up in place of its own, as --manifests does'),
  limits: configLimits,
  hooks: hooksSchema,
  check: z
    .strictObject({
      rules: z.array(z.string()).default([]).describe('only these rules; all where it is empty'),
      skip: z.array(z.string()).default([]).describe('rules that do not run'),
      severities: z
        .record(z.string(), z.enum(['error', 'warning', 'info']))
        .default({})
        .describe('severities that differ from the rules’ own, by rule'),
      failOn: z
        .enum(['error', 'warning', 'info', 'never'])
        .default('warning')
        .describe('the lowest severity that ends with exit code 1'),
      cnpgVersion: z.string().optional().describe('the operator’s version, such as 1.28'),
      baseline: z.string().optional().describe('file with findings that are not reported'),
    })
    .prefault({})
    .describe('settings of pgdrill check'),
});
export type Config = z.infer<typeof configSchema>;

/** The environment’s names for the settings above. */
const fromEnvironment = {
  PGDRILL_STACK: 'stack',
  PGDRILL_OUT: 'out',
  PGDRILL_SCENARIOS: 'scenarios',
  PGDRILL_SEED: 'seed',
} as const;

/**
 * @param file path of the configuration; it may be absent only where it is the default one
 * @param options what the command line says, strongest; undefined values say nothing
 * @throws UsageError naming the setting that is wrong, and where it came from
 */
export async function readConfig(
  options: Partial<Record<keyof Config, unknown>> = {},
  env: NodeJS.ProcessEnv = process.env,
  file?: string,
): Promise<Config> {
  const path = file ?? configFile;
  const written = await readYaml(path, file !== undefined);
  const environment = Object.entries(fromEnvironment).flatMap(([name, key]) => (env[name] ? [[key, env[name]]] : []));
  const said = Object.entries(options).filter(([, value]) => value !== undefined);
  const parsed = configSchema.safeParse({ ...written, ...Object.fromEntries([...environment, ...said]) });
  if (!parsed.success)
    throw new UsageError(
      `the configuration (${path}, PGDRILL_… or options) is not valid: ${z.prettifyError(parsed.error)}`,
    );
  return parsed.data;
}

async function readYaml(path: string, mustExist: boolean): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (!mustExist && (error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new UsageError(`the configuration ${path} cannot be read: ${(error as Error).message}`);
  }
  try {
    const { parse } = await import('yaml');
    const value: unknown = parse(text) ?? {};
    if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw new UsageError(`the configuration ${path} is not YAML: ${(error as Error).message.split('\n')[0]}`);
  }
  throw new UsageError(`the configuration ${path} should be a mapping of settings, but is not`);
}

/**
 * `['ttl=20', …]` → `{ ttl: '20' }`.
 * @throws UsageError where there is no `=`
 */
export function parseAssignments(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const [, key, value] = /^([^=]+)=(.+)$/.exec(word) ?? [];
      if (!key || !value)
        throw new UsageError(`--with expects setting=value, such as server_login_retry=15; it got "${word}"`);
      return [key, value];
    }),
  );
}
