/** Whether the lines of a journal come in the order of one clock that never goes back. */
import { programOf } from './clients/lines.ts';
import type { Scanned } from './columns/scan.ts';
import type { JournalEvent } from './event.ts';

/** Lines of one source may overtake each other by this: batches of several load generators are merged as they arrive. */
const overtakeUs = 1_000_000;

/** A line arrives at most this long after its own time: what the load process buffers, on a machine that is busy. */
const arrivesWithinUs = 10_000_000;

/** A batch is written once its rows are done, at most this long after the last of them. */
const writtenWithinUs = 10_000_000;

/** The driver writes its own lines at once, one after another: in stored journals none is older than the one before it. */
const writtenAtOnceUs = 100_000;

/** Lines that come from another process, or carry an earlier time. */
const fromElsewhere: ReadonlySet<string> = new Set([
  'op',
  'connect',
  'probe',
  'request',
  'txn',
  'session',
  'stall',
  'generator',
]);

/** These carry the time of what they report, which several threads write as they notice it. */
const unordered: ReadonlySet<string> = new Set(['stall', 'generator', 'note']);

/** What writes lines of one kind on its own: a stream of probes, a client program. */
function sourceOf(event: JournalEvent | Scanned): string {
  if (event.kind === 'probe') return `probe of ${event.stream}`;
  const worker = (event.kind === 'op' ? event.worker[0] : event.kind === 'connect' ? event.client[0] : 0) ?? 0;
  return programOf(worker) < 0 ? event.kind : `${event.kind} of client program ${programOf(worker)}`;
}

export class LineOrder {
  readonly #latest = new Map<string, number>();
  #latestUs = Number.NEGATIVE_INFINITY;
  #afterEnd = 0;
  #hasEnded = false;

  /** @returns what is wrong with the time of this line, given those before it */
  problemOf(event: JournalEvent | Scanned): string | undefined {
    if (this.#hasEnded && event.kind !== 'end') this.#afterEnd++;
    if (event.kind === 'end') this.#hasEnded = true;
    const { kind, tUs, seq } = event;
    const source = sourceOf(event);
    const before = { own: this.#latest.get(source) ?? Number.NEGATIVE_INFINITY, any: this.#latestUs };
    this.#latest.set(source, Math.max(before.own, tUs));
    this.#latestUs = Math.max(before.any, tUs);
    if (kind === 'end' && tUs < before.any) return `the end line is of ${tUs} µs, after a line of ${before.any} µs`;
    const isBehindOwn = !unordered.has(kind) && tUs < before.own - overtakeUs;
    const withinUs = fromElsewhere.has(kind) ? arrivesWithinUs : writtenAtOnceUs;
    if (!isBehindOwn && tUs >= before.any - withinUs) return undefined;
    return `the clock goes back: line ${seq} (${source}) is of ${tUs} µs, after one of ${isBehindOwn ? before.own : before.any} µs`;
  }

  /** @returns what is wrong with a batch of rows that were done in this range */
  static batchProblem({ kind, seq, tUs }: JournalEvent | Scanned, firstUs: number, lastUs: number): string | undefined {
    if (lastUs <= tUs + overtakeUs && lastUs >= tUs - writtenWithinUs && firstUs <= lastUs) return undefined;
    return `line ${seq} (${kind}) of ${tUs} µs holds rows that were done from ${firstUs} to ${lastUs} µs`;
  }

  finish(): string[] {
    return this.#afterEnd > 0 ? [`${this.#afterEnd} lines follow the end line`] : [];
  }
}
