/**
 * The sampler in the log of CloudNativePG's managers, which write what PgBouncer says: of messages with equal level and text
 * they write the first 100 of a second, then every 100th, and every line of PgBouncer has the text `record`. A second begins
 * with the first line after the one before (zap's `NewSamplerWithOptions(core, time.Second, 100, 100)`, which the zap options
 * of controller-runtime set at the levels `info` and above). CloudNativePG 1.30.0 samples; its main branch does not since
 * July 2026 (pull request 11131).
 */
import type { Sink } from '../../observe/observer.ts';

const secondNs = 1_000_000_000n;
const first = 100;
const thereafter = 100;
/** With the sampler, that many lines in one second stand for 10,000, more than PgBouncer writes: the log is not sampled. */
const unsampledFrom = 200;

/** A second in which lines were left out: from the last line before. */
export interface CutSecond {
  readonly fromNs: bigint;
  readonly untilNs: bigint;
  /** How many lines were left out, at least and at most. */
  readonly least: number;
  readonly most: number;
}

/** Computes from the lines that were written in which seconds others were left out. */
export class SampledLog {
  readonly #cuts: CutSecond[] = [];
  #resetNs: bigint | undefined;
  #written = 0;
  #isSampled = true;

  /**
   * @param atNs when a line with the text `record` was written, ns since 1970; lines come in the order of the log
   * @param offsetNs what makes it a time of `process.hrtime.bigint()`
   */
  take(atNs: bigint, offsetNs: bigint): void {
    if (this.#resetNs === undefined || atNs >= this.#resetNs) {
      this.#resetNs = atNs + secondNs;
      this.#written = 0;
    }
    this.#written++;
    if (this.#written >= unsampledFrom) this.#isSampled = false;
    if (this.#written < first) return;
    const begun = this.#written === first ? undefined : this.#cuts.pop();
    const least = (thereafter - 1) * (this.#written - first);
    const fromNs = begun?.fromNs ?? atNs + offsetNs;
    const untilNs = begun?.untilNs ?? this.#resetNs + offsetNs;
    this.#cuts.push({ fromNs, untilNs, least, most: least + thereafter - 1 });
  }

  /** Whether any line was written. */
  get hasLines(): boolean {
    return this.#resetNs !== undefined;
  }

  get isSampled(): boolean {
    return this.#isSampled;
  }

  /** The seconds in which lines were left out, or may have been. */
  get cuts(): readonly CutSecond[] {
    return this.#isSampled ? this.#cuts : [];
  }
}

/**
 * Reports how much of a log is missing, once, when it is not followed any more; nothing of a log without lines.
 * @param source whose log it is
 */
export function noteCuts(source: string, { cuts, hasLines, isSampled }: SampledLog, sink: Sink): void {
  if (!hasLines) return;
  const seconds = `${cuts.length} ${cuts.length === 1 ? 'second' : 'seconds'}`;
  const text =
    cuts.length > 0
      ? `the log of ${source} lacks lines in ${seconds}: CloudNativePG’s manager writes the first 100 a second, then every 100th; counts from this log are lower bounds`
      : `the log of ${source} lacks no lines: ${isSampled ? 'no second of it has 100' : 'it is not sampled'}`;
  const level = cuts.length > 0 ? 'warn' : 'info';
  sink({ kind: 'note', level, text, logCut: { source, seconds: cuts } }, process.hrtime.bigint());
}
