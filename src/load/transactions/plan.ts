/** What transactions of the workload list-append do: made from a seed, before anything is sent. */

export type PlannedOperation = { readonly key: number; readonly append: number } | { readonly key: number };

/** As Jepsen generates them: few keys at a time, each replaced after as many appends. */
const [keysAtOnce, appendsPerKey, mostOperations] = [10, 32, 4];
/** One read alone cannot contradict another transaction's view of two lists. */
const fewestReads = 2;

/** Transactions of one to four operations on keys that all clients share, half of them appends; no element is used twice. */
export class TransactionPlan {
  readonly #random: () => number;
  readonly #active: { key: number; appends: number }[];
  #nextKey = keysAtOnce;

  constructor(random: () => number) {
    this.#random = random;
    this.#active = Array.from({ length: keysAtOnce }, (_, key) => ({ key, appends: 0 }));
  }

  /** How many keys transactions have used so far: 0 … keys − 1. */
  get keys(): number {
    return this.#nextKey;
  }

  next(): readonly PlannedOperation[] {
    return Array.from({ length: 1 + Math.floor(this.#random() * mostOperations) }, () => this.#operation());
  }

  /** A transaction of two to four reads of different lists, in the order of the lists. */
  nextReads(random: () => number): readonly PlannedOperation[] {
    let left = fewestReads + Math.floor(random() * (mostOperations - fewestReads + 1));
    // Each list is taken with the chance that leaves every choice of as many lists equally likely.
    return this.#active.flatMap(({ key }, place) => {
      if (random() * (keysAtOnce - place) >= left) return [];
      left--;
      return [{ key }];
    });
  }

  #operation(): PlannedOperation {
    const place = Math.floor(this.#random() * keysAtOnce);
    const chosen = this.#active[place]!;
    if (this.#random() < 0.5) return { key: chosen.key };
    const append = ++chosen.appends;
    if (chosen.appends === appendsPerKey) this.#active[place] = { key: this.#nextKey++, appends: 0 };
    return { key: chosen.key, append };
  }
}
