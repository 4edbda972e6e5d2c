/** Finds verbs that a drill calls and does not wait for: what they do would happen after the drill, or not at all. */
import { inspect } from 'node:util';
import { PgdrillError, SetupError } from '../errors.ts';
import { type Drill, type InjectedFault, immediateVerbs } from '../scenario/drill.ts';

/** A promise that remembers whether anybody waits for it. */
class Verb<T> implements Promise<T> {
  readonly [Symbol.toStringTag] = 'Verb';
  readonly verb: string;
  /** As the scenario calls it. */
  readonly call: string;
  awaited = false;
  pending = true;
  readonly #work: Promise<T>;

  constructor(verb: string, args: readonly unknown[], work: Promise<T>) {
    this.verb = verb;
    this.call = described(verb, args);
    this.#work = work;
    const settled = () => void (this.pending = false);
    // A failure that nobody waits for is reported at the end of the drill, not by a crash of the process.
    work.then(settled, settled);
  }

  // biome-ignore lint/suspicious/noThenProperty: `await` calls it, which is how waiting is noticed.
  then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.awaited = true;
    return this.#work.then(onValue, onError);
  }
  catch<B = never>(onError?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(undefined, onError);
  }
  finally(onEnd?: (() => void) | null): Promise<T> {
    this.awaited = true;
    return this.#work.finally(onEnd);
  }
}

/** For how long a drill may call no verb, ms. */
const usualSilenceMs = 600_000;

/** The verbs of one drill. */
export class AwaitedVerbs {
  readonly #called = new Set<Verb<unknown>>();
  /** When the last of them was called, or ended. */
  #lastMs = performance.now();
  #over = false;

  /** The same verbs, so that calls of them are known; with those that end a fault. */
  watch(verbs: Drill): Drill {
    const inject: Drill['inject'] = async (...args) => this.#watchedFault(await verbs.inject(...args));
    const disturb: Drill['disturb'] = async (what) => this.#watchedFault(await verbs.disturb(what));
    const all = Object.entries({ ...verbs, inject, disturb }).map(([name, verb]) => [
      name,
      immediateVerbs.has(name) ? verb : this.#watched(name, verb as (...args: unknown[]) => Promise<unknown>),
    ]);
    return Object.fromEntries(all) as Drill;
  }

  #watchedFault({ heal, ended }: InjectedFault): InjectedFault {
    return { heal: this.#watched('heal', heal), ended: this.#watched('ended', ended) };
  }

  #watched<A extends unknown[], T>(name: string, verb: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
    return (...args) => {
      if (this.#over) throw new SetupError(`${name} was called after the drill had returned; await what calls it`);
      const call = new Verb(name, args, verb(...args));
      this.#called.add(call);
      this.#lastMs = performance.now();
      return call;
    };
  }

  /** Runs a drill to its end. @throws SetupError naming the verb that it did not wait for */
  async drill(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      const forgotten = this.#forgotten();
      // What is done with a promise in place of its value fails in ways that say little.
      if (forgotten && !(error instanceof PgdrillError)) throw notAwaited(forgotten, error);
      throw error;
    } finally {
      this.#over = true;
    }
    const forgotten = this.#forgotten();
    if (forgotten) throw notAwaited(forgotten);
  }

  /**
   * Rejects once no verb has been under way for so long: the drill waits for something that never comes. Never resolves.
   * @param over ends the watch
   */
  silence(over: AbortSignal, mostMs = usualSilenceMs): Promise<never> {
    return new Promise((_, reject) => {
      const look = () => {
        const pending = [...this.#called].some((call) => call.pending);
        if (pending) this.#lastMs = performance.now();
        if (performance.now() - this.#lastMs < mostMs) return;
        const lasted = `${Math.round(mostMs / 60_000)} minutes`;
        const why = `the drill has not ended and has called no verb for ${lasted}: it waits for something that never comes`;
        reject(new SetupError(`${why}; use hold to let time pass`));
      };
      const timer = setInterval(look, Math.min(1_000, mostMs));
      over.addEventListener('abort', () => clearInterval(timer), { once: true });
    });
  }

  #forgotten(): Verb<unknown> | undefined {
    // A wait that lost a race does nothing more.
    return [...this.#called].find(({ verb, awaited, pending }) => !awaited || (pending && verb !== 'hold'));
  }
}

const notAwaited = ({ call, pending }: Verb<unknown>, cause?: unknown): SetupError =>
  new SetupError(
    `the drill ${pending ? 'returned before' : 'did not wait until'} ${call} was done; write: await ${call}`,
    { cause },
  );

/** As the scenario calls it: `recovered({ within: '3m' })`; a target by its name. */
function described(name: string, args: readonly unknown[]): string {
  const texts = args.map((arg) => {
    const target = arg as { name?: string; kind?: string } | undefined;
    return target?.kind && target.name ? target.name : inspect(arg, { breakLength: Number.POSITIVE_INFINITY });
  });
  return `${name}(${texts.join(', ')})`;
}
