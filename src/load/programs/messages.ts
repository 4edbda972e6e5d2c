/** From a line that a client program wrote to what it says, or to why it says nothing. Pure. */
import { redact } from '../../secrets.ts';
import type { ConnectRow } from '../writers/batch.ts';
import { errorText } from '../writers/outcome.ts';
import { type ClientMessage, type ClientPlan, type LoginRow, messageSchema } from './protocol.ts';
import { ProgramFault } from './rows.ts';

/** Stamps of a clock that arrive later than this, all of them, are of another clock. */
const behindUs = 400_000;
const aheadUs = 5_000;
/** Fewer say nothing of its clock. */
const leastStamps = 4;

/** @throws ProgramFault for what is not a message */
export function parseMessage(line: string): ClientMessage {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new ProgramFault(`wrote a line that is not JSON: ${JSON.stringify(line.slice(0, 60))}`);
  }
  const parsed = messageSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new ProgramFault(`wrote a message that is not one: ${path.join('.') || 'kind'}: ${message}`);
}

/** @throws ProgramFault for times that cannot be */
export function loginRow(
  [startUs, doneUs, ok, sqlstate, message]: LoginRow,
  plan: ClientPlan,
  nowUs: number,
): ConnectRow {
  if (doneUs < startUs || doneUs > nowUs + aheadUs)
    throw new ProgramFault(`reported a log-in from ${startUs} to ${doneUs} µs`);
  const error = { ...(sqlstate !== null && { code: sqlstate }), message: message ?? 'no message' };
  return {
    ...{ client: plan.firstWorker, path: plan.path, startUs, doneUs },
    outcome: ok === 1 ? 'ok' : 'failed',
    error: ok === 1 ? undefined : errorText(error),
  };
}

interface Death {
  readonly exitCode: number | null;
  readonly signalCode: string | null;
}

/** How a program ended that did not say so. */
export function deathWords({ exitCode, signalCode }: Death, wasAskedTo: boolean): string {
  const how = signalCode ? `was ended by ${signalCode}` : `ended with code ${exitCode}`;
  return wasAskedTo ? `${how} without its message end` : `${how} before it was asked to`;
}

/** Whether the stamps of a program are of this machine's CLOCK_MONOTONIC: each comes after it was made, and soon. */
export class StampCheck {
  #stamps = 0;
  #leastDelayUs = Number.POSITIVE_INFINITY;

  /** @throws ProgramFault for a stamp of the future */
  note(stampUs: number, nowUs: number): void {
    this.#stamps++;
    this.#leastDelayUs = Math.min(this.#leastDelayUs, nowUs - stampUs);
    if (nowUs - stampUs < -aheadUs)
      throw new ProgramFault(`has a clock ${((stampUs - nowUs) / 1e6).toFixed(2)} s ahead of CLOCK_MONOTONIC`);
  }

  /** The shortest time from a stamp to its arrival; undefined where there was none. */
  get leastDelayUs(): number | undefined {
    return this.#stamps > 0 ? this.#leastDelayUs : undefined;
  }

  /** Why its times cannot be relied on; undefined where they can. */
  get trouble(): string | undefined {
    if (this.#stamps < leastStamps || this.#leastDelayUs <= behindUs) return undefined;
    return `has a clock behind CLOCK_MONOTONIC, or reports late: none of its ${this.#stamps} messages came within ${(this.#leastDelayUs / 1e6).toFixed(2)} s`;
  }
}

/** What a program wrote to stderr last: the last line about an error, where one is; with a colon before it, or empty. */
export function lastWords(stderr: string): string {
  const lines = stderr.trim().split('\n');
  const last = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1);
  return last ? `: ${redact(last.trim()).slice(0, 300)}` : '';
}
