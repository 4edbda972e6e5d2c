/**
 * Whether the drill that holds a lease is alive: whether the lease is renewed while this process looks at it. The time that the
 * lease holds is never compared with a clock here: the clock of its holder may be wrong, and others may have written the lease.
 * Leader election of Kubernetes' own client decides the same way.
 */
import { until } from '../../../wait.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { explained } from '../discover.ts';
import { durationS, type FoundLease, findLease } from './lease.ts';

/** How often a lease is read, and how long it may stay unchanged. */
export interface ObservePace {
  readonly everyMs: number;
  readonly deadAfterMs: number;
}
/** A drill renews its lease every 5 s, and gives up after 30 s in which it cannot. */
export const usualObservePace: ObservePace = { everyMs: 1_000, deadAfterMs: durationS * 1_000 };

export type Life = 'alive' | 'dead' | 'unknown';

export class LeaseObserver {
  readonly #deadAfterMs: number;
  readonly #now: () => number;
  #stamp: string | undefined;
  #sinceMs = 0;
  #renewed = false;

  /** @param now the monotonic clock of this process, ms */
  constructor(deadAfterMs: number, now: () => number = () => performance.now()) {
    this.#deadAfterMs = deadAfterMs;
    this.#now = now;
  }

  /**
   * @param lease as it was read just now
   * @returns `alive` where a renewal was seen less than `deadAfterMs` ago, `dead` after that long without one
   */
  note({ stamp }: Pick<FoundLease, 'stamp'>): Life {
    const nowMs = this.#now();
    if (this.#stamp !== stamp) {
      this.#renewed = this.#stamp !== undefined;
      this.#stamp = stamp;
      this.#sinceMs = nowMs;
    }
    if (nowMs - this.#sinceMs >= this.#deadAfterMs) return 'dead';
    return this.#renewed ? 'alive' : 'unknown';
  }
}

/** What is known of the drill that holds the lease. */
export interface Observed {
  readonly lease: FoundLease;
  readonly alive: boolean;
}

/**
 * Reads the lease until it is known whether its drill is alive: some seconds if so, 30 s if not.
 * @returns undefined where no lease exists, or it was given back meanwhile
 * @throws UsageError where the lease may not be read
 */
export async function observeLease(
  { kube, site }: ClusterAt,
  { signal, say, pace = usualObservePace }: ObserveOptions,
): Promise<Observed | undefined> {
  const { everyMs, deadAfterMs } = pace;
  const observer = new LeaseObserver(deadAfterMs);
  let asked = false;
  const known = async (): Promise<{ readonly observed: Observed | undefined } | undefined> => {
    const lease = await findLease(kube, site).catch((error: unknown) => {
      throw explained(error, `the lease of the drill on ${site.cluster}`);
    });
    if (!lease) return { observed: undefined };
    const life = observer.note(lease);
    if (life !== 'unknown') return { observed: { lease, alive: life === 'alive' } };
    if (!asked)
      say(`observing the lease of ${lease.holder} for up to ${deadAfterMs / 1_000} s: a drill that is alive renews it`);
    asked = true;
    return undefined;
  };
  const what = 'the lease to be renewed, or not';
  const { observed } = await until(known, { withinMs: 2 * deadAfterMs + 60_000, everyMs, what, signal });
  return observed;
}

export interface ObserveOptions {
  readonly signal: AbortSignal;
  /** Called once, where the first look does not decide it. */
  readonly say: (text: string) => void;
  readonly pace?: ObservePace | undefined;
}
