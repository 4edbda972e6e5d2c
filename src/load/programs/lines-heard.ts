/** Lines of a program that may write anything: as long as it likes, and as many. */

const longestBytes = 4_000_000;
const atOnce = 300;
const perSecond = 100;

export class LinesHeard {
  readonly #onLine: (line: string) => void;
  readonly #onFlood: (why: string) => void;
  readonly #fromMs = performance.now();
  #rest: Buffer[] = [];
  #restBytes = 0;
  #lines = 0;
  #isOver = false;

  /** @param onFlood is called once where it writes more than can be a report; nothing is heard afterwards */
  constructor(onLine: (line: string) => void, onFlood: (why: string) => void) {
    this.#onLine = onLine;
    this.#onFlood = onFlood;
  }

  take(bytes: Buffer): void {
    let from = 0;
    for (let at = bytes.indexOf(10); at >= 0 && !this.#isOver; at = bytes.indexOf(10, from)) {
      this.#keep(bytes.subarray(from, at));
      from = at + 1;
      const line = Buffer.concat(this.#rest).toString();
      this.#rest = [];
      this.#restBytes = 0;
      if (++this.#lines > atOnce + (perSecond * (performance.now() - this.#fromMs)) / 1_000)
        this.#flood(`floods: more than ${perSecond} messages a second`);
      else if (line.trim() !== '') this.#onLine(line);
    }
    this.#keep(bytes.subarray(from));
  }

  #keep(bytes: Buffer): void {
    if (this.#isOver) return;
    this.#rest.push(bytes);
    this.#restBytes += bytes.length;
    if (this.#restBytes > longestBytes) this.#flood(`floods: a line of more than ${longestBytes / 1e6} MB`);
  }

  #flood(why: string): void {
    this.#isOver = true;
    this.#rest = [];
    this.#onFlood(why);
  }
}
