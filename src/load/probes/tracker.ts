/** How the streams and the load are doing right now, for verbs that wait and for the live display. */
import { isDatabaseWrite, outcomes, type Stream, slotOutcomes } from '../../journal/event.ts';
import type { LoadMessage } from '../process/protocol.ts';

/** The present state of one stream. `sinceUs`: the intended start of the slot that made it so. */
export interface StreamState {
  readonly stream: Stream;
  /** Undefined before its first slot. */
  readonly up: boolean | undefined;
  readonly sinceUs: number;
  /** Whether any of its slots so far was bad. */
  readonly wasBad: boolean;
  /** Intended start of the last slot whose outcome is known. */
  readonly lastUs: number;
}
export type WriteCounts = Readonly<Record<(typeof outcomes)[number], number>>;

/** Anything else in the journal is passed over. */
type Seen = LoadMessage | { readonly kind: string };
const ok = slotOutcomes.indexOf('ok');

export class Tracker {
  readonly #states: Map<string, StreamState>;
  readonly #writes: Record<(typeof outcomes)[number], number> = { ok: 0, okLocal: 0, failed: 0, unknown: 0 };

  constructor(streams: readonly Stream[]) {
    this.#states = new Map(
      streams.map((stream) => [
        stream.name,
        { stream, up: undefined, sinceUs: 0, wasBad: false, lastUs: Number.NEGATIVE_INFINITY },
      ]),
    );
  }

  /** Takes in what the load process reported. */
  see(seen: Seen): void {
    const message = seen as LoadMessage;
    if (message.kind === 'op') for (const code of message.outcome) this.#writes[outcomes[code]!] += 1;
    if (message.kind === 'probe') {
      const { stream, fromUs, stepUs } = message;
      for (const [i, code] of message.outcome.entries()) this.#seeSlot(stream, fromUs + i * stepUs, code === ok);
    }
  }

  streams(): readonly StreamState[] {
    return [...this.#states.values()];
  }

  /** Writes of the load by outcome. */
  get writes(): WriteCounts {
    return { ...this.#writes };
  }

  /**
   * How long clients have been able to write, through every pooler and directly, without a bad slot; 0 while any of
   * these streams is down. Slots due before `fromUs` do not count: what was good before a fault says nothing about it.
   */
  goodForMs(fromUs = Number.NEGATIVE_INFINITY): number {
    const goodForUs = this.#writing().map(({ stream, up, sinceUs, lastUs }) =>
      up ? lastUs + stream.stepUs - Math.max(sinceUs, fromUs) : 0,
    );
    return Math.max(0, Math.min(...goodForUs)) / 1000;
  }

  /** Whether an episode may be going on in which clients cannot write: a slot was bad, and not yet `goodMs` ago. */
  isDisturbed(goodMs: number): boolean {
    return this.#writing().some(({ stream, up, wasBad, sinceUs, lastUs }) => {
      const goodForUs = up ? lastUs + stream.stepUs - sinceUs : 0;
      return wasBad && goodForUs < goodMs * 1000;
    });
  }

  #writing(): readonly StreamState[] {
    return this.streams().filter(({ stream }) => isDatabaseWrite(stream) && !stream.fresh);
  }

  #seeSlot(name: string, dueUs: number, good: boolean): void {
    const state = this.#states.get(name);
    if (!state) return;
    const sinceUs = state.up === good ? state.sinceUs : dueUs;
    this.#states.set(name, { stream: state.stream, up: good, sinceUs, wasBad: state.wasBad || !good, lastUs: dueUs });
  }
}

export const createTracker = (streams: readonly Stream[]): Tracker => new Tracker(streams);
