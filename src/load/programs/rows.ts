/**
 * The requests of one client program: which are due, which it has reported, and whether what it reports can be. Pure: it
 * is given the time.
 */

import { lsnBytes } from '../../postgres/lsn.ts';
import type { OpRow } from '../writers/batch.ts';
import { errorText, type LoadError, notSent, outcomeOfSent } from '../writers/outcome.ts';
import type { ClientRow } from './protocol.ts';

export interface Schedule {
  readonly firstWorker: number;
  readonly workers: number;
  readonly ratePerSecond: number;
}

/** Clocks are read at different moments, and some languages round. */
const slackUs = 2_000;
/**
 * A program that waits for a processor reads `stop` late. What became due meanwhile it may have sent, and reports.
 */
const lateStopUs = 1_000_000;
const lsnShape = /^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/;
const timelineShape = /^[0-9A-F]{8}$/;

/** What a program said that cannot be, in words that follow its name. */
export class ProgramFault extends Error {}

const unreported: LoadError = { message: 'no outcome was reported' };
const outcomeNames = ['ok', 'okLocal', 'failed', 'unknown'] as const;

export class Requests {
  readonly #schedule: Schedule;
  #startUs = Number.POSITIVE_INFINITY;
  /** From here on no request is due. */
  #stopUs = Number.POSITIVE_INFINITY;
  /** By worker: 1 for each op that was reported. */
  readonly #reported: number[][];
  #count = 0;

  constructor(schedule: Schedule) {
    this.#schedule = schedule;
    this.#reported = Array.from({ length: schedule.workers }, () => []);
  }

  start(atUs: number): void {
    this.#startUs = atUs;
  }
  /** Requests are due until now. */
  stop(nowUs: number): void {
    this.#stopUs = Math.min(this.#stopUs, nowUs);
  }

  /** How many requests have become due by a time; with those that the program sent before it had read `stop`. */
  countBy(nowUs: number): number {
    const { workers } = this.#schedule;
    const due = this.dueBy(nowUs);
    return this.#reported.reduce(
      (sum, ops, worker) => sum + ops.reduce((n, _, op) => n + (op * workers + worker >= due ? 1 : 0), 0),
      due,
    );
  }

  /** How many requests have become due by a time. */
  dueBy(nowUs: number): number {
    const { ratePerSecond } = this.#schedule;
    const untilUs = Math.min(nowUs, this.#stopUs);
    return untilUs < this.#startUs ? 0 : Math.floor(((untilUs - this.#startUs) * ratePerSecond) / 1e6) + 1;
  }

  /** When an op of a worker is due: request k = op × workers + worker is due k ÷ rate after the start. */
  dueUs(worker: number, op: number): number {
    const { workers, ratePerSecond } = this.#schedule;
    return this.#startUs + Math.round(((op * workers + worker) * 1e6) / ratePerSecond);
  }

  get reported(): number {
    return this.#count;
  }

  /**
   * Takes one reported row.
   * @throws ProgramFault for what cannot be
   */
  take(row: ClientRow, nowUs: number): OpRow {
    const [worker, op, dueUs, sentUs, doneUs, code, sqlstate, message, server, lsn, timeline] = row;
    const { firstWorker, workers } = this.#schedule;
    const own = worker - firstWorker;
    const key = `worker ${worker}, op ${op}`;
    if (own < 0 || own >= workers) throw new ProgramFault(`reported worker ${worker}, which is not one of its own`);
    const expectedUs = this.dueUs(own, op);
    if (!(expectedUs <= Math.min(nowUs, this.#stopUs + lateStopUs) + slackUs))
      throw new ProgramFault(`reported a request that was not due (${key})`);
    if (Math.abs(dueUs - expectedUs) > slackUs)
      throw new ProgramFault(`reported ${key} as due at ${dueUs} µs; it was due at ${expectedUs} µs`);
    if (this.#reported[own]![op]) throw new ProgramFault(`reported ${key} twice`);
    if (doneUs > nowUs + slackUs)
      throw new ProgramFault(`has a clock ahead of CLOCK_MONOTONIC: ${key} is done ${doneUs - nowUs} µs from now`);
    if (sentUs !== null && (sentUs < dueUs - slackUs || sentUs > doneUs + slackUs))
      throw new ProgramFault(`reported ${key} as sent at ${sentUs} µs, due at ${dueUs} and done at ${doneUs} µs`);
    if (doneUs < dueUs - slackUs) throw new ProgramFault(`reported ${key} as done before it was due`);
    const outcome = outcomeNames[code]!;
    const isOk = outcome === 'ok' || outcome === 'okLocal';
    if (isOk && (sentUs === null || !server || !lsnShape.test(lsn ?? '') || !timelineShape.test(timeline ?? '')))
      throw new ProgramFault(`reported ${key} as acknowledged without what the write returns`);
    if (!isOk && message === null && sqlstate === null)
      throw new ProgramFault(`reported ${key} as failed without an error`);
    this.#reported[own]![op] = 1;
    this.#count++;
    const error = isOk ? undefined : errorOf(sqlstate, message);
    return {
      ...{ worker, op, request: op, dueUs: expectedUs },
      // Where the clocks differ by less than the slack, the order of the three stays what it has to be.
      lateUs: 0,
      sentUs: sentUs === null ? undefined : Math.max(expectedUs, sentUs),
      doneUs: Math.min(nowUs, Math.max(doneUs, expectedUs, sentUs ?? 0)),
      outcome: outcome === 'unknown' && error ? narrowed(error, sentUs !== null) : outcome,
      error: error && errorText(error),
      ...(isOk
        ? { server: server!, timeline: Number.parseInt(timeline!, 16), lsn: lsnBytes(lsn!) }
        : { server: undefined, timeline: 0, lsn: 0 }),
    };
  }

  /** A request that was not reported though a later one of its worker was; undefined where there is none. */
  get gap(): string | undefined {
    const { firstWorker } = this.#schedule;
    for (const [worker, reported] of this.#reported.entries())
      for (let op = 0; op < reported.length; op++) if (!reported[op]) return `worker ${firstWorker + worker}, op ${op}`;
    return undefined;
  }

  /**
   * What was due and never reported, once the program has ended.
   * @param inOrder the program ended as it was asked to, so that a worker had sent nothing after its first request without
   * an outcome
   */
  missing(endedUs: number, inOrder: boolean): OpRow[] {
    const { firstWorker, workers } = this.#schedule;
    const due = this.dueBy(endedUs);
    const rows: OpRow[] = [];
    for (let worker = 0; worker < workers; worker++) {
      let isFirst = true;
      for (let op = 0; op * workers + worker < due; op++) {
        if (this.#reported[worker]![op]) continue;
        const dueUs = this.dueUs(worker, op);
        const wasSent = isFirst || !inOrder;
        isFirst = false;
        rows.push({
          ...{ worker: firstWorker + worker, op, request: op, dueUs, lateUs: 0 },
          sentUs: wasSent ? dueUs : undefined,
          doneUs: Math.max(endedUs, dueUs),
          outcome: wasSent ? 'unknown' : 'failed',
          error: errorText(wasSent ? unreported : notSent),
          ...{ server: undefined, timeline: 0, lsn: 0 },
        });
      }
    }
    return rows;
  }
}

/** `unknown` is what a program says of every error; some errors prove that the write did not happen. */
const narrowed = (error: LoadError, wasSent: boolean): OpRow['outcome'] => (wasSent ? outcomeOfSent(error) : 'failed');

const errorOf = (sqlstate: string | null, message: string | null): LoadError => ({
  ...(sqlstate !== null && { code: sqlstate }),
  message: message ?? '',
});
