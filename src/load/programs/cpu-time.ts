/** How much processor time a child process and those that it waited for have used. */
import { readFileSync } from 'node:fs';

/** Linux reports it in ticks of USER_HZ, which is 100 on every architecture that Node.js runs on. */
const tickUs = 10_000;

export class CpuTime {
  readonly #pid: number | undefined;
  #fromUs = 0;
  #lastUs = 0;

  constructor(pid: number | undefined) {
    this.#pid = pid;
  }

  /** Counts from now on. */
  begin(): void {
    this.look();
    this.#fromUs = this.#lastUs;
  }

  /** Reads it once more: it is gone with the process. */
  look(): void {
    try {
      // What comes before is the name in parentheses, which may hold blanks. utime, stime, cutime, cstime: 14 to 17.
      const fields = readFileSync(`/proc/${this.#pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
      this.#lastUs = tickUs * fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
    } catch {
      // It has ended, or this is not Linux: what was last seen stays.
    }
  }

  get usedUs(): number {
    return Math.max(0, this.#lastUs - this.#fromUs);
  }
}
