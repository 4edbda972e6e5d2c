/** What a running drill exports: folded out of the journal's lines as they are written. No I/O, no clock. */
import { type EventOf, type JournalEvent, outcomes, type Stream, slotOutcomes } from '../journal/event.ts';
import { follow, type LiveState, liveStart } from '../report/live-state.ts';

export const phases = ['prepare', 'steady', 'fault', 'settle', 'verify'] as const;
/** What became of a request; `late` was answered, after its limit. */
export const answers = ['ok', 'late', 'failed', 'timeout'] as const;
const quantiles = [0.5, 0.99] as const;

/** Response times are those of the last this many slots: about ten seconds of a stream. */
const remembered = 1_000;

interface StreamState {
  readonly name: string;
  readonly path: Stream['path'];
  readonly up: boolean;
  /** How long it has been down, s; 0 while it is up. */
  readonly downS: number;
  readonly requests: Readonly<Record<(typeof answers)[number], number>>;
  /** Response times, s, by quantile; empty before the first answer. */
  readonly responseS: ReadonlyMap<number, number>;
}

export interface Snapshot {
  readonly run: string;
  readonly scenario: string;
  readonly stack: string;
  readonly phase: (typeof phases)[number] | undefined;
  readonly streams: readonly StreamState[];
  readonly writes: Readonly<Record<string, number>>;
  /** Faults in force, as `crash of pg-1`. */
  readonly faults: readonly { readonly fault: string; readonly target: string }[];
  /** Once it is judged. */
  readonly outcome: 'pass' | 'fail' | 'unknown' | undefined;
}

interface Followed {
  readonly stream: Stream;
  readonly requests: Record<(typeof answers)[number], number>;
  readonly tookUs: number[];
  /** Since when its slots are bad, µs of the run. */
  downSinceUs: number | undefined;
  goodSinceUs: number | undefined;
}

/** A stream counts as up again once it was good for this long: some answers come in the middle of an outage. */
const backForUs = 1_000_000;

/** Follows one run after the other. */
export class LiveFold {
  #state: LiveState = liveStart;
  #run = '';
  #streams = new Map<string, Followed>();
  #writes: Record<string, number> = {};
  #outcome: Snapshot['outcome'];

  /** One more line of the journal. A `run` line begins a new run. */
  hear(event: JournalEvent): void {
    if (event.kind === 'run') this.#begin(event);
    this.#state = follow(this.#state, event);
    if (event.kind === 'stack') for (const stream of event.streams) this.#streams.set(stream.name, begun(stream));
    if (event.kind === 'probe') {
      const followed = this.#streams.get(event.stream);
      if (followed) addProbe(followed, event);
    }
    if (event.kind === 'op')
      for (const code of event.outcome) this.#writes[outcomes[code]!] = (this.#writes[outcomes[code]!] ?? 0) + 1;
  }

  /** The run that was followed last is judged. */
  judged(outcome: NonNullable<Snapshot['outcome']>): void {
    this.#outcome = outcome;
  }

  snapshot(): Snapshot {
    const { scenario, stack, phase, faults, lastUs } = this.#state;
    return {
      ...{ run: this.#run, scenario, stack, phase, writes: this.#writes, outcome: this.#outcome },
      streams: [...this.#streams.values()].map((one) => streamState(one, lastUs)),
      faults: [...faults.values()]
        .filter(({ step }) => step !== 'healed')
        .map(({ fault, target }) => ({ fault, target })),
    };
  }

  #begin({ id }: EventOf<'run'>): void {
    this.#state = liveStart;
    this.#run = id;
    this.#streams = new Map();
    this.#writes = Object.fromEntries(outcomes.map((one) => [one, 0]));
    this.#outcome = undefined;
  }
}

const begun = (stream: Stream): Followed => ({
  stream,
  requests: { ok: 0, late: 0, failed: 0, timeout: 0 },
  tookUs: [],
  downSinceUs: undefined,
  goodSinceUs: undefined,
});

function addProbe(followed: Followed, batch: EventOf<'probe'>): void {
  const { stream, requests, tookUs } = followed;
  for (let i = 0; i < batch.n; i++) {
    const took = batch.took[i]!;
    const outcome = slotOutcomes[batch.outcome[i]!]!;
    const answer = outcome === 'ok' && took > stream.limitUs ? 'late' : outcome;
    requests[answer]++;
    if (outcome === 'ok') tookUs.push(took);
    const dueUs = batch.fromUs + i * batch.stepUs;
    if (answer !== 'ok') {
      followed.downSinceUs ??= dueUs;
      followed.goodSinceUs = undefined;
    } else if (followed.downSinceUs !== undefined) {
      followed.goodSinceUs ??= dueUs;
      if (dueUs - followed.goodSinceUs >= backForUs) followed.downSinceUs = followed.goodSinceUs = undefined;
    }
  }
  tookUs.splice(0, Math.max(0, tookUs.length - remembered));
}

function streamState({ stream, requests, tookUs, downSinceUs }: Followed, nowUs: number): StreamState {
  const sorted = tookUs.toSorted((a, b) => a - b);
  // The nearest rank: an answer that was really given.
  const at = (quantile: number) => sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)]! / 1e6;
  return {
    ...{ name: stream.name, path: stream.path, requests, up: downSinceUs === undefined },
    downS: downSinceUs === undefined ? 0 : Math.max(0, nowUs - downSinceUs) / 1e6,
    responseS: sorted.length === 0 ? new Map() : new Map(quantiles.map((quantile) => [quantile, at(quantile)])),
  };
}
