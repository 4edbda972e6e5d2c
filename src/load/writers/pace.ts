/** Keeps many sources of due times on schedule within one thread. */
import type { Clock } from '../../journal/clock.ts';

export interface Source {
  /** When it wants to be called next, µs on the run's clock; Infinity for never again. */
  dueUs(): number;
  /** Called once that time has come, never before. It must move `dueUs` on, and must not throw. */
  fire(nowUs: number): void;
}

/**
 * Calls each source when it is due. A source that is late, because the thread was busy, is called at once and as often
 * as it fell behind: due times are the sources' own, and no delay moves them.
 */
export class Pace {
  readonly #clock: Clock;
  readonly #sources: Source[] = [];
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(source: Source): void {
    this.#sources.push(source);
    if (!this.#stopped) this.#sleep();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #sleep(): void {
    clearTimeout(this.#timer);
    const waitMs = (Math.min(...this.#sources.map((source) => source.dueUs())) - this.#clock.nowUs()) / 1000;
    if (waitMs === Infinity) return;
    // Timers have whole ms and may fire a little early: then nothing is due yet, and it sleeps again.
    this.#timer = setTimeout(() => this.#wake(), Math.max(0, Math.ceil(waitMs)));
  }

  #wake(): void {
    for (const source of this.#sources) {
      for (let nowUs = this.#clock.nowUs(); !this.#stopped && source.dueUs() <= nowUs; ) source.fire(nowUs);
    }
    if (!this.#stopped) this.#sleep();
  }
}

/** Calls `fire` every `stepUs` from `fromUs` on. */
export function every(stepUs: number, fromUs: number, fire: (nowUs: number, dueUs: number) => void): Source {
  let next = fromUs;
  return {
    dueUs: () => next,
    fire(nowUs) {
      const dueUs = next;
      next += stepUs;
      fire(nowUs, dueUs);
    },
  };
}

/** A time in which the thread did not run although it wanted to. */
export interface Stall {
  readonly fromUs: number;
  readonly untilUs: number;
}
const tickUs = 10_000;
const stallUs = 20_000;

/** Wants to be called every 10 ms, and reports when that was more than 20 ms late. */
export function stallDetector(fromUs: number, onStall: (stall: Stall) => void): Source {
  let next = fromUs + tickUs;
  return {
    dueUs: () => next,
    fire(nowUs) {
      if (nowUs - next > stallUs) onStall({ fromUs: next, untilUs: nowUs });
      next = nowUs + tickUs;
    },
  };
}
