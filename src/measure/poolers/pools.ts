/** What the consoles and logs of the poolers show of the pools that the load uses. */
import type { EventOf } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { few } from '../measured.ts';
import { once } from '../once.ts';
import { cutsOf, type LogCuts } from './log-cuts.ts';

export { lookUs } from './look.ts';

/** Two looks at a pool lie at most this far apart while the console answers: each is reported once a second. */
export const heldUs = 1_500_000;

/** The load's pools of one pooler, added up; each sample holds until the next. */
export interface PoolSample {
  readonly tUs: number;
  readonly seq: number;
  readonly clWaiting: number;
  readonly svLogin: number;
  /** Server connections that are logged in, whether a client has them or not. */
  readonly svReady: number;
  readonly maxWaitUs: number;
}
/** Server connections that a pooler opened, from its log: `n` at `atUs`, each TCP connection that was accepted. */
interface Connect {
  readonly atUs: number;
  readonly n: number;
  readonly seq: number;
}
export interface Pooler {
  readonly name: string;
  readonly samples: readonly PoolSample[];
  readonly connects: readonly Connect[];
  /** What its log shows of attempts on the server: they were made, or they ended. In the order of time. */
  readonly attempts: readonly EventOf<'poollog'>[];
  /** Whether its log was followed: without it, that nothing was connected proves nothing. */
  readonly hasLog: boolean;
  /** The seconds in which its log lacks lines. */
  readonly cuts: LogCuts;
}

/** The poolers of a run, in the order of their names. */
export const poolersOf = once((run: Run): readonly Pooler[] => {
  const used = usedPools(run);
  return [...new Set(run.pools.map(({ pooler }) => pooler))].sort().map((name) => {
    const attempts = run.poolLogs
      .filter(
        ({ source, event, pool }) => source === name && ofServer.has(event) && (pool === undefined || used.has(pool)),
      )
      .sort((a, b) => a.atUs - b.atUs);
    return {
      name,
      samples: samplesOf(run.pools.filter((line) => line.pooler === name && used.has(poolName(line)))),
      connects: attempts.filter(({ event }) => event === 'server-connect'),
      attempts,
      hasLog: run.poolLogs.some(({ source }) => source === name),
      cuts: cutsOf(run, name),
    };
  });
});

/**
 * Why the consoles say too little: nobody watched any pooler, or not each one that the stack has.
 * @returns undefined where every pooler was watched
 */
export function whyNotWatched(run: Run): string | undefined {
  const watched = new Set(poolersOf(run).map(({ name }) => name));
  if (watched.size === 0) return 'no pooler was watched';
  const poolers = run.stack?.poolers ?? [];
  // A cluster may hide its poolers behind one name, which the consoles do not have.
  const missing = poolers.some((name) => watched.has(name)) ? poolers.filter((name) => !watched.has(name)) : [];
  return missing.length > 0 ? `the console of ${few(missing)} was not seen` : undefined;
}

const ofServer: ReadonlySet<string> = new Set(['server-connect', 'server-close']);

/** Server connections that one pool of the load may have: `default_pool_size`. */
export function poolSizeOf({ stack, header }: Run): number | undefined {
  const set = Number(stack?.settings['pgbouncer.default_pool_size'] ?? Number.NaN);
  const asked = (header.topology.pooler as { poolSize?: number } | undefined)?.poolSize;
  return set > 0 ? set : asked;
}

const poolName = ({ database, user }: EventOf<'pool'>): string => `${database}/${user}`;

/** Pools that clients are in. PgBouncer has one of its own, for looking up passwords. */
function usedPools({ pools }: Run): ReadonlySet<string> {
  return new Set(pools.filter(({ clActive, clWaiting }) => clActive + clWaiting > 0).map(poolName));
}

/** Pools are reported one after another at one time: their sum is what is known after the last of them. */
function samplesOf(lines: readonly EventOf<'pool'>[]): PoolSample[] {
  const latest = new Map<string, EventOf<'pool'>>();
  const samples: PoolSample[] = [];
  for (const line of lines) {
    latest.set(poolName(line), line);
    const all = [...latest.values()];
    const sum = (of: (one: EventOf<'pool'>) => number): number => all.reduce((total, one) => total + of(one), 0);
    const { tUs, seq } = line;
    const sample = {
      tUs,
      seq,
      clWaiting: sum((one) => one.clWaiting),
      svLogin: sum((one) => one.svLogin),
      svReady: sum((one) => one.svActive + one.svIdle + one.svUsed + one.svTested),
      maxWaitUs: Math.max(...all.map((one) => one.maxWaitUs)),
    };
    if (samples.at(-1)?.tUs === tUs) samples.pop();
    samples.push(sample);
  }
  return samples;
}

/** How many were connected in [fromUs, untilUs). */
export const connectsWithin = ({ connects }: Pooler, fromUs: number, untilUs: number): number =>
  connects.reduce((sum, { atUs, n }) => sum + (atUs >= fromUs && atUs < untilUs ? n : 0), 0);

/**
 * Since when a pooler has had a working connection to the server, of those made since `fromUs`; undefined where it had none
 * at `untilUs`. Connections that hang become fewer only: one more than the fewest so far is one that was made.
 */
export function connectedSince({ samples }: Pooler, fromUs: number, untilUs: number): number | undefined {
  let fewest = Number.POSITIVE_INFINITY;
  let sinceUs: number | undefined;
  for (const { tUs, svReady } of samples) {
    if (tUs <= fromUs || tUs > untilUs) continue;
    fewest = Math.min(fewest, svReady);
    sinceUs = svReady > fewest ? (sinceUs ?? tUs) : undefined;
  }
  return sinceUs;
}
