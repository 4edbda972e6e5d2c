/** How a prober and writers would have seen a system that is down for given times. For synthetic journals. */

/** Seconds, as stories use them, to µs. */
export const us = (seconds: number): number => Math.round(seconds * 1e6);

/** A time in which a path does not answer. Times in seconds on the run's clock. */
export interface Down {
  readonly from: number;
  readonly to: number;
  /**
   * `reset`: each attempt fails at once. `hang`: no answer, the client gives up after the stream's limit.
   * `hold`: a pooler holds the request and serves it when it can.
   */
  readonly how: 'reset' | 'hang' | 'hold';
  readonly error?: string;
}

export interface SlotRow {
  late: number;
  took: number;
  outcome: 0 | 1 | 2;
  error: string | undefined;
  /** The last slot that was written when this one came, or −1. */
  saw: number;
}

export interface ProbeShape {
  readonly n: number;
  readonly fromUs: number;
  readonly stepUs: number;
  readonly limitUs: number;
  /** The time that one request takes, µs. */
  readonly serviceUs: number;
  readonly down: readonly Down[];
}

/** One slot after another on one connection; a slot that has waited longer than the limit is never started. */
export function probeSlots({ n, fromUs, stepUs, limitUs, serviceUs, down }: ProbeShape): SlotRow[] {
  const rows: SlotRow[] = [];
  let freeUs = fromUs;
  let written = -1;
  for (let slot = 0; slot < n; slot++) {
    const dueUs = fromUs + slot * stepUs;
    const startUs = Math.max(dueUs, freeUs);
    if (startUs - dueUs >= limitUs) {
      rows.push({ late: -1, took: limitUs, outcome: 2, error: undefined, saw: -1 });
      continue;
    }
    const { doneUs, outcome, error } = attempt(startUs, serviceUs, limitUs, down);
    freeUs = doneUs;
    rows.push({ late: startUs - dueUs, took: doneUs - dueUs, outcome, error, saw: outcome === 0 ? written : -1 });
    if (outcome === 0) written = slot;
  }
  return rows;
}

interface Attempt {
  readonly doneUs: number;
  readonly outcome: 0 | 1 | 2;
  readonly error: string | undefined;
}

function attempt(startUs: number, serviceUs: number, limitUs: number, down: readonly Down[]): Attempt {
  const met = down.find(({ from, to }) => startUs < us(to) && startUs + serviceUs > us(from));
  if (!met) return { doneUs: startUs + serviceUs, outcome: 0, error: undefined };
  const { from, to, how, error } = met;
  if (how === 'hold') return { doneUs: us(to) + serviceUs, outcome: 0, error: undefined };
  if (how === 'hang') return { doneUs: startUs + limitUs, outcome: 2, error };
  return { doneUs: Math.max(startUs, us(from)) + serviceUs, outcome: 1, error: error ?? 'ECONNREFUSED' };
}

export interface OpRow {
  worker: number;
  op: number;
  dueUs: number;
  lateUs: number;
  /** NaN: never sent. */
  sentUs: number;
  doneUs: number;
  outcome: 0 | 1 | 2 | 3;
  error: string | undefined;
  server: string | undefined;
  timeline: number;
  lsn: number;
}

export interface WritesShape {
  readonly fromUs: number;
  readonly untilUs: number;
  readonly perSecond: number;
  readonly workers: number;
  readonly serviceUs: number;
  readonly down: readonly Down[];
  /** From when on another server, on the next timeline, takes the writes, µs. */
  readonly switchesUs: readonly number[];
}

/** Writes at even distances, each worker in turn. What is cut while it is on its way is `unknown`, the rest `failed`. */
export function writeRows(shape: WritesShape): OpRow[] {
  const { fromUs, untilUs, perSecond, workers, serviceUs, down, switchesUs } = shape;
  const n = Math.floor(((untilUs - fromUs) / 1e6) * perSecond);
  return Array.from({ length: n }, (_, i) => {
    const dueUs = fromUs + Math.round((i * 1e6) / perSecond);
    const key = { worker: i % workers, op: Math.floor(i / workers), dueUs, lateUs: 0 };
    const met = down.find(({ from, to }) => dueUs < us(to) && dueUs + serviceUs > us(from));
    if (met) {
      const onItsWay = dueUs < us(met.from);
      const doneUs = Math.max(dueUs, us(met.from)) + serviceUs;
      const nowhere = { server: undefined, timeline: 0, lsn: 0 };
      return onItsWay
        ? { ...key, ...nowhere, sentUs: dueUs, doneUs, outcome: 3, error: '57P01 terminated' }
        : { ...key, ...nowhere, sentUs: Number.NaN, doneUs, outcome: 2, error: met.error ?? 'ECONNREFUSED' };
    }
    const timeline = 1 + switchesUs.filter((us) => dueUs >= us).length;
    const server = `198.18.0.2${timeline}`;
    const lsn = 0x3000000 + i * 256;
    return { ...key, sentUs: dueUs, doneUs: dueUs + serviceUs, outcome: 0, error: undefined, server, timeline, lsn };
  });
}
