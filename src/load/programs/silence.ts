/** Notices that a program reports nothing for too long. */

/** Time counts in parts: where this process stands still, with the machine or alone, no more than one of them passes. */
const parts = 15;

export class Silence {
  readonly #mostMs: number;
  readonly #onSilent: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param onSilent called once nothing was heard for `mostMs` */
  constructor(mostMs: number, onSilent: () => void) {
    this.#mostMs = mostMs;
    this.#onSilent = onSilent;
  }

  /** Something was heard: the time begins again. */
  heard(): void {
    this.end();
    let passed = 0;
    this.#timer = setInterval(() => {
      if (++passed < parts) return;
      this.end();
      this.#onSilent();
    }, this.#mostMs / parts);
  }

  /** Nothing is expected any more. */
  end(): void {
    clearInterval(this.#timer);
  }
}
