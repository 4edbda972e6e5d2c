/** The parameters of a fault: what scenarios may set, checked before anything is touched. */
import { z } from 'zod';
import { durationSchema, parseDurationMs } from '../duration.ts';
import { didYouMean, UsageError } from '../errors.ts';
import type { FaultContract } from './contract.ts';

const shareExpected = 'expected a number from 0.001 to 1: 0.02 is 2 %';
/** A part of a whole: 0.02 is 2 %. */
export const share = z.number(shareExpected).min(0.001, shareExpected).max(1, shareExpected);

/** Of packets, as the target sees them. */
export const direction = z.enum(['in', 'out'], 'expected in or out');

/** Whole milliseconds within bounds. */
export const milliseconds = (min: number, max: number) => {
  const expected = `expected whole milliseconds from ${min} to ${max}`;
  return z.int(expected).min(min, expected).max(max, expected);
};

/** A whole number within bounds, of what it counts. */
export const whole = (what: string, min: number, max: number) => {
  const expected = `expected a whole number of ${what} from ${min} to ${max}`;
  return z.int(expected).min(min, expected).max(max, expected);
};

const times = whole('times', 2, 100);
const scheduleShape = { for: durationSchema.optional(), every: durationSchema.optional(), times: times.optional() };

/** The length that a drill gives a fault, and how often it comes back: an end that is part of the incident. */
export interface Schedule {
  readonly forMs: number;
  /** From one beginning to the next. */
  readonly everyMs: number;
  readonly times: number;
}

export interface ParsedParameters {
  /** As the scenario gave them, with defaults: what the journal records. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Those of the fault itself. */
  readonly own: Readonly<Record<string, unknown>>;
  /** Absent: until it is healed. */
  readonly schedule?: Schedule;
}

/**
 * Checks what a scenario gives a fault, and fills in defaults.
 * @throws UsageError naming the fault, the parameter, what was expected and what came
 */
export function parseParameters(fault: string, contract: FaultContract, given: unknown = {}): ParsedParameters {
  const own = contract.parameters?.shape ?? {};
  const scheduled = contract.ends === 'when-healed' || contract.ends === 'as-scheduled';
  const schema = z.strictObject({ ...own, ...(scheduled && scheduleShape) });
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new UsageError(refusal(fault, schema, parsed.error, given));
  const values = parsed.data as Record<string, unknown>;
  const schedule = scheduled ? scheduleOf(fault, contract, values) : undefined;
  const { for: _for, every: _every, times: _times, ...rest } = values;
  const why = contract.refuses?.(rest as never);
  if (why) throw new UsageError(`the fault ${fault} is refused: ${why}`);
  return { given: values, own: rest, ...(schedule && { schedule }) };
}

function refusal(fault: string, schema: z.ZodObject, error: z.ZodError, given: unknown): string {
  const issue = error.issues[0]!;
  const known = Object.keys(schema.shape);
  if (issue.code === 'unrecognized_keys') {
    if (known.length === 0) return `the fault ${fault} takes no parameters, but got ${issue.keys[0]}`;
    return `the fault ${fault} has no parameter ${issue.keys[0]}${didYouMean(issue.keys[0]!, known)}`;
  }
  if (issue.path.length === 0)
    return `the parameters of ${fault} should be an object such as { for: '20s' }, but are ${JSON.stringify(given)}`;
  const [name] = issue.path;
  const value = (given as Record<string, unknown>)[String(name)];
  if (value === undefined) return `the fault ${fault} needs the parameter ${String(name)}: ${issue.message}`;
  return `the parameter ${issue.path.join('.')} of ${fault} is ${JSON.stringify(value)}: ${issue.message}`;
}

function scheduleOf(
  fault: string,
  { ends }: FaultContract,
  { for: length, every, times: count }: Record<string, unknown>,
): Schedule | undefined {
  if (length === undefined) {
    if (ends === 'as-scheduled') throw new UsageError(`the fault ${fault} needs its length: { for: '20s' }`);
    if (every === undefined && count === undefined) return undefined;
    throw new UsageError(`${fault} with every or times needs for too: how long each one lasts`);
  }
  const forMs = parseDurationMs(String(length));
  if ((every === undefined) !== (count === undefined))
    throw new UsageError(`${fault} needs both every and times to come back, or neither`);
  const everyMs = every === undefined ? forMs : parseDurationMs(String(every));
  if (count !== undefined && everyMs <= forMs)
    throw new UsageError(`${fault} lasts ${String(length)}, so every should be longer, but is ${String(every)}`);
  return { forMs, everyMs, times: (count as number | undefined) ?? 1 };
}

/** For people: `share 0.02, for 12s`; empty where there are none. */
export const describeParameters = (given: Readonly<Record<string, unknown>> = {}): string =>
  Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(' ') : String(value)}`)
    .join(', ');
