/** Synthetic drills in which the poolers are the story: what their consoles and logs reported. */
import type { EventOf } from './event.ts';
import { type Synthetic, type SyntheticOptions, synthetic } from './synthetic.ts';

/** Server connections opened: `[at, n]`, n at once; times in seconds. */
type Opened = readonly (readonly [at: number, n: number])[];

export interface PoolerStory extends SyntheticOptions {
  /** When direct writes and those through the pooler were back. The primary crashed after 20 s. */
  readonly directBack?: number;
  readonly poolerBack?: number;
  /** When it has server connections again, if that is before clients are served in time. */
  readonly loggedIn?: number;
  /** The load's pool of 10 connections fills in the first second; then this. */
  readonly opened?: Opened;
  /** Clients waiting: `[from, to, n]`. */
  readonly waiting?: readonly (readonly [from: number, to: number, n: number])[];
  /** Times in which the console did not answer. */
  readonly consoleDown?: readonly [from: number, to: number];
  readonly more?: (journal: Synthetic) => void;
}

const poolSize = 10;
const seconds = 90;

/** One pooler with one pool of 10: crash after 20 s, direct back after 31 s, the pooler at the same time, calmly. */
export function poolerStory(story: PoolerStory = {}): Synthetic {
  const { directBack = 31, poolerBack = directBack, loggedIn = poolerBack, opened = [[directBack, 4]] } = story;
  const { waiting = [], consoleDown } = story;
  const journal = synthetic({ seconds, stepUs: 20_000, ...story })
    .phase(0, 'steady')
    .stream('pooler-1', { down: [20, poolerBack] })
    .stream('direct', { down: [20, directBack] })
    .fault('crash', { at: 20, heal: 80 })
    .line('connect', 0, writers([0, 1]));
  for (const [at, n] of [[0.2, poolSize] as const, ...opened]) journal.line('poollog', at, connected(at, n));
  for (let at = 0; at < seconds; at += 0.1) {
    if (consoleDown && at >= consoleDown[0] && at < consoleDown[1]) continue;
    const now = waiting.find(([from, to]) => at >= from && at < to);
    const svIdle = at >= 20.1 && at < loggedIn ? 0 : 4;
    journal.line('pool', at, { ...poolSample(now?.[2] ?? 0, now ? at - now[0] : 0), svIdle });
    journal.line('pool', at, { ...poolSample(0, 0), database: 'postgres', user: 'pgbouncer', clActive: 0 });
  }
  story.more?.(journal);
  return journal.end();
}

/** The line of the pooler's log that `n` connections leave. */
export const connected = (
  at: number,
  n: number,
  pool = 'app/app',
): Omit<EventOf<'poollog'>, 'seq' | 'kind' | 'tUs'> => ({
  source: 'pooler-1',
  event: 'server-connect',
  atUs: Math.round(at * 1e6),
  n,
  text: `new connection to server for ${pool}`,
});

/** What the console reports of the pool, with so many clients waiting, the first of them for so long. */
export const poolSample = (clWaiting: number, waitedSeconds: number) => ({
  ...{ pooler: 'pooler-1', database: 'app', user: 'app', mode: 'transaction', clActive: 4, clWaiting },
  ...{ svActive: 0, svIdle: 4, svUsed: 0, svTested: 0, svLogin: 0, maxWaitUs: Math.round(waitedSeconds * 1e6) },
});

/** Successful logins of the load's clients, all at once, at the time of the line. */
export const writers = (clients: readonly number[], at = 0) => ({
  ...{ n: clients.length, baseUs: Math.round(at * 1e6), client: [...clients], paths: ['pooler-1'], errors: [] },
  path: clients.map(() => 0),
  // Logged in just before.
  start: clients.map(() => -2_000),
  took: clients.map(() => 1_000),
  outcome: clients.map(() => 0),
  error: clients.map(() => -1),
});
