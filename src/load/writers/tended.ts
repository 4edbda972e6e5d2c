/** Waiting for clients that are tended by the pace of a thread: each time they were, whatever is awaited is looked at. */

/** What connections of the load show while they are made. */
export interface Connecting {
  readonly connected: boolean;
  /** Why the last attempt failed. */
  readonly lastError: string | undefined;
}

/** One wait at a time. */
export class Tended {
  #onTend: () => void = () => {};

  /** The clients were tended. */
  look(): void {
    this.#onTend();
  }

  /** Resolves once it is true. */
  until(isTrue: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#onTend = () => {
        if (!isTrue()) return;
        this.#onTend = () => {};
        resolve();
      };
    });
  }

  /** Resolves once all clients are connected. @param onProblem called with each error that differs from the one before */
  async connected(clients: readonly Connecting[], onProblem: (text: string) => void): Promise<void> {
    let reported: string | undefined;
    await this.until(() => {
      const problem = clients.find(({ lastError }) => lastError)?.lastError;
      if (problem && problem !== reported) onProblem((reported = problem));
      return clients.every(({ connected }) => connected);
    });
  }
}
