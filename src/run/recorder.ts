/** Writes everything that is seen in a run to the journal, and passes it to listeners. */
import type { Clock } from '../journal/clock.ts';
import type { Draft, EventKind, JournalEvent } from '../journal/event.ts';
import type { JournalWriter } from '../journal/write.ts';
import type { Seen } from '../stacks/stack.ts';

export type Listener = (event: JournalEvent) => void;

/** What a clock reading of a stack is called in the journal: `afterNs` becomes `afterUs`. */
const inUs = (name: string): string => (name === 'loggedNs' ? 'atUs' : name.replace(/Ns$/, 'Us'));

export class Recorder {
  readonly clock: Clock;
  readonly #journal: JournalWriter;
  readonly #listeners = new Set<Listener>();

  constructor(journal: JournalWriter, clock: Clock) {
    this.#journal = journal;
    this.clock = clock;
  }

  /** Writes a line that carries its own time. */
  write(draft: Draft): void {
    const event = { ...draft, seq: this.#journal.append(draft) } as JournalEvent;
    for (const listener of this.#listeners) listener(event);
  }

  /** Writes a line about now. */
  now<K extends EventKind>(draft: Omit<Draft<K>, 'tUs'> & { kind: K }): void {
    this.write({ ...draft, tUs: this.clock.nowUs() } as unknown as Draft);
  }

  /** Writes what a stack saw at `atNs`. */
  seen(seen: Seen, atNs: bigint): void {
    this.write({ ...(this.#timed(seen) as object), tUs: this.clock.fromNs(atNs) } as Draft);
  }

  /** With each clock reading, at any depth, on the clock of the run. */
  #timed(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#timed(one));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([name, inner]) =>
      typeof inner === 'bigint' ? [inUs(name), this.clock.fromNs(inner)] : [name, this.#timed(inner)],
    );
    return Object.fromEntries(entries);
  }

  note(text: string, level: 'info' | 'warn' | 'error' = 'info', by?: 'scenario'): void {
    this.now({ kind: 'note', level, text, ...(by && { by }) });
  }

  /** Everything written so far is on disk once this resolves. */
  flush(): Promise<void> {
    return this.#journal.flush();
  }

  listen(listener: Listener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }
}
