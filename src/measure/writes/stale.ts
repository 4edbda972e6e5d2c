/** What readers missed: each probe returns the last slot of a write stream that it found in the database. */

import type { Column } from '../../journal/columns/narrow.ts';
import { isDatabaseWrite, slotOutcomes } from '../../journal/event.ts';
import type { Run, Slots } from '../../journal/run.ts';
import { directStreams } from '../availability/outage.ts';
import { exactly, measured, ms, sampled, unmeasurable } from '../measured.ts';
import type { Measured } from '../verdict.ts';

const ok = slotOutcomes.indexOf('ok');

/**
 * `staleReadMs` = start of the last read that missed v − done(v), for the worst v: the longest that a read-only probe
 * still missed a write which the direct stream had been acknowledged.
 */
export function staleRead(run: Run): Measured {
  const metric = 'staleReadMs';
  const written = directStreams(run)[0];
  const readers = [...run.slots.values()].filter(({ stream }) => stream.path === 'readonly');
  if (!written || readers.length === 0) return unmeasurable(metric, 'it needs a direct and a read-only stream');
  const acknowledged = new Acknowledged(written);
  let worst = { us: 0, row: -1, slots: readers[0]! };
  let reads = 0;
  for (const slots of readers) {
    for (let row = 0; row < slots.n; row++) {
      if (slots.outcome[row] !== ok || slots.saw[row]! < 0) continue;
      reads++;
      const us = slots.startUs[row]! - acknowledged.firstAfter(slots.saw[row]!);
      if (us > worst.us) worst = { us, row, slots };
    }
  }
  if (reads === 0) return unmeasurable(metric, 'no read said what it saw');
  if (worst.row < 0) return exactly(metric, 0, [], `none of ${reads.toLocaleString('en-US')} reads was stale`);
  const value = ms(worst.us);
  return measured(metric, { value, lower: value, upper: value, evidence: [worst.slots.seq[worst.row]!] });
}

/**
 * `primaryStaleReads`: writes that did not find what their own stream had been acknowledged before they started. Not
 * one may be, unless acknowledged writes were lost.
 */
export function primaryStaleReads(run: Run): Measured {
  const metric = 'primaryStaleReads';
  const writers = [...run.slots.values()].filter(({ stream, n }) => isDatabaseWrite(stream) && n > 0);
  if (writers.length === 0) return unmeasurable(metric, 'no stream writes');
  const seqs = writers.flatMap(missedByOwnStream);
  const note = seqs.length > 0 ? 'a write that had been acknowledged was not there' : '';
  return exactly(metric, seqs.length, sampled(seqs), note);
}

/**
 * `monotonicViolations`: reads that saw less than an earlier read of the same session. A session ends with a bad slot
 * or another server.
 */
export function monotonicViolations(run: Run): Measured {
  const metric = 'monotonicViolations';
  const readers = [...run.slots.values()].filter(
    ({ stream, n }) => stream.path === 'readonly' && !stream.fresh && n > 0,
  );
  if (readers.length === 0) return unmeasurable(metric, 'no read-only stream');
  const seqs = readers.flatMap(wentBack);
  return exactly(metric, seqs.length, sampled(seqs));
}

/** For each slot number, when the first acknowledgement of a later slot came. */
class Acknowledged {
  readonly #slot: Column;
  readonly #firstDoneUs: Float64Array;

  constructor({ n, slot, doneUs, outcome }: Slots) {
    this.#slot = slot;
    this.#firstDoneUs = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
    for (let row = n - 1; row >= 0; row--) {
      const later = this.#firstDoneUs[row + 1]!;
      this.#firstDoneUs[row] = outcome[row] === ok ? Math.min(later, doneUs[row]!) : later;
    }
  }

  /** µs; Infinity where nothing later was acknowledged. */
  firstAfter(saw: number): number {
    let low = 0;
    let high = this.#slot.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#slot[middle]! <= saw) low = middle + 1;
      else high = middle;
    }
    return this.#firstDoneUs[low]!;
  }
}

function missedByOwnStream({ n, slot, startUs, doneUs, outcome, saw, seq }: Slots): number[] {
  const done = Array.from({ length: n }, (_, row) => row)
    .filter((row) => outcome[row] === ok)
    .sort((a, b) => doneUs[a]! - doneUs[b]!);
  const missed: number[] = [];
  let next = 0;
  let newest = -1;
  for (let row = 0; row < n; row++) {
    if (outcome[row] !== ok || saw[row]! < 0) continue;
    for (; next < done.length && doneUs[done[next]!]! <= startUs[row]!; next++)
      newest = Math.max(newest, slot[done[next]!]!);
    if (saw[row]! < newest) missed.push(seq[row]!);
  }
  return missed;
}

function wentBack({ n, outcome, server, saw, seq }: Slots): number[] {
  const found: number[] = [];
  let newest = -1;
  for (let row = 0; row < n; row++) {
    const sameSession = row > 0 && outcome[row - 1] === ok && server[row - 1] === server[row];
    if (!sameSession) newest = -1;
    if (outcome[row] !== ok || saw[row]! < 0) continue;
    if (saw[row]! < newest) found.push(seq[row]!);
    newest = Math.max(newest, saw[row]!);
  }
  return found;
}
