/** Whole synthetic drills, which tests take as they are or spoil on purpose. */
import { connected, poolSample, writers } from './pooler-story.ts';
import {
  type LedgerInput,
  type StreamInput,
  type Synthetic,
  type SyntheticOptions,
  synthetic,
  type WritesInput,
} from './synthetic.ts';

/** When things happen in the story of a crash, in seconds. */
export const crash = {
  at: 20,
  lost: 26,
  elected: 28,
  promoted: 30,
  routed: 31,
  back: 33,
  heal: 50,
  whole: 55,
  seconds: 60,
} as const;

const everyHalfSecond = (from: number, to: number): number[] =>
  Array.from({ length: Math.round((to - from) * 2) }, (_, i) => from + i / 2);

export interface CrashStory extends SyntheticOptions {
  readonly pooler1?: StreamInput;
  readonly pooler2?: StreamInput;
  readonly direct?: StreamInput;
  readonly readonly?: StreamInput;
  readonly writes?: WritesInput;
  readonly ledger?: LedgerInput;
  readonly healAt?: number;
  readonly residue?: readonly string[];
  /** More lines, before the end. */
  readonly more?: (journal: Synthetic) => void;
}

/**
 * The primary pg-1 crashes after 20 s, pg-2 is promoted, direct writes are back after 31 s, pooler-1 after 31.5 s and
 * pooler-2 after 33 s; the fault is healed at 50 s and all is whole at 55 s. Nothing is lost, every limit holds.
 */
export function crashStory(story: CrashStory = {}): Synthetic {
  const { at, lost, elected, promoted, routed, back, heal, whole, seconds } = crash;
  const limits = {
    writeOutageMs: { max: 30_000 },
    undeclaredLosses: { max: 0 },
    resurrectedWrites: { max: 0 },
    duplicatedWrites: { max: 0 },
    foreignWrites: { max: 0 },
    splitBrainMs: { max: 0 },
    primaryStaleReads: { max: 0 },
    recoveryMs: { max: 120_000 },
  };
  const servers = [[promoted, '198.18.0.22']] as const;
  const journal = synthetic({ seconds, limits, stepUs: 20_000, ...story })
    .whole()
    .stream('pooler-1', { down: [at, 31.5], servers, ...story.pooler1 })
    .stream('pooler-2', { down: [at, back], servers, ...story.pooler2 })
    .stream('direct', { down: [at, routed], servers, ...story.direct })
    .stream('readonly', story.readonly)
    .fault('crash', { at, heal: story.healAt ?? heal })
    .phase(heal, 'settle')
    .role(0, 'sql', 'pg-1', 'primary', 1)
    .role(0, 'sql', 'pg-2', 'replica', 1)
    .role(0, 'sql', 'pg-3', 'replica', 1)
    .role(at, 'sql', 'pg-1', 'unreachable')
    .role(lost, 'platform', 'pg-1', 'lost')
    .role(elected, 'platform', 'pg-2', 'elected')
    .role(promoted, 'sql', 'pg-2', 'primary', 2)
    .role(routed, 'route', 'pg-2', 'routed')
    .role(whole, 'sql', 'pg-1', 'replica', 2)
    .writes({ down: [at, back], switches: [promoted], ...story.writes })
    .ledgers(story.ledger)
    .residue(story.residue);
  calmPoolers(journal);
  for (const name of ['pg-1', 'pg-2', 'pg-3']) {
    const gone = { streaming: false, syncState: 'unreachable', timeline: 0 };
    const state = name === 'pg-1' ? { syncState: 'primary' } : {};
    journal.replica(name, everyHalfSecond(0, at), state);
    journal.replica(name, everyHalfSecond(at, name === 'pg-1' ? whole : promoted), gone);
    const after = name === 'pg-2' ? { syncState: 'primary', timeline: 2 } : { timeline: 2 };
    journal.replica(name, everyHalfSecond(name === 'pg-1' ? whole : promoted, seconds + 0.5), after);
  }
  story.more?.(journal);
  return journal.end();
}

/** Each pooler opens one connection once there is a primary again; nobody waits. */
function calmPoolers(journal: Synthetic): void {
  const forked = { source: 'pg-2', event: 'backend-fork', atUs: 32e6, n: 2, text: 'connection received' } as const;
  journal.line('connect', 0, writers([0, 1, 2, 3])).line('poollog', 32, forked);
  for (const name of ['pooler-1', 'pooler-2']) {
    journal.line('poollog', 32, { ...connected(32, 1), source: name });
    for (let at: number = crash.at; at < crash.seconds; at++)
      journal.line('pool', at, { ...poolSample(0, 0), pooler: name });
  }
}

/** No fault at all: 30 s of load and probes. @param more further lines, before the end */
export function steadyStory(options: SyntheticOptions = {}, more: (journal: Synthetic) => void = () => {}): Synthetic {
  const limits = { failedRequests: { max: 0 } };
  const journal = synthetic({ name: 'steady', seconds: 30, stepUs: 20_000, limits, ...options })
    .whole()
    .stream('pooler-1')
    .stream('direct')
    .stream('readonly')
    .writes()
    .role(0, 'sql', 'pg-1', 'primary', 1)
    .role(0, 'sql', 'pg-2', 'replica', 1)
    .role(0, 'sql', 'pg-3', 'replica', 1)
    .replica('pg-1', everyHalfSecond(0, 30.5), { syncState: 'primary' })
    .replica('pg-2', everyHalfSecond(0, 30.5))
    .replica('pg-3', everyHalfSecond(0, 30.5))
    .line('poollog', 1, connected(1, 1))
    .line('connect', 0, writers([0, 1, 2, 3]))
    .ledgers()
    .residue();
  more(journal);
  return journal.end();
}
