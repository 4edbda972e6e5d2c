/** One load shared among several generators, and their reports merged into one journal. Pure. */
import { UsageError } from '../../errors.ts';
import type { LoadMessage, LoadPlan } from './protocol.ts';

/** A place beside the clients' own where writers run, in a process of their own on a clock of its own. */
export interface LoadGenerator {
  /** In the journal and in the names of logs: `load-1`. */
  readonly name: string;
  /** The command that runs `argv` there. */
  argv(argv: readonly string[]): readonly string[];
  /** How far its monotonic clock is ahead of this process's. */
  readonly aheadNs: bigint;
}
export interface Shares {
  /** Of the process where the clients live: all probes, the clients that keep a session and those of the workload. */
  readonly own: LoadPlan;
  /** Of each generator: writers alone. */
  readonly others: readonly LoadPlan[];
}

/** Seeds of generators are this far apart, since each uses a few that follow its own. */
const seedStep = 1_000;

/**
 * Writers go to the generators, as evenly as they can be, with their part of the rate; worker numbers go on from one to the
 * next, so that a write is named as if one process had made them all.
 * @throws UsageError for fewer writers than generators
 */
export function sharesOf(plan: LoadPlan, generators: readonly Pick<LoadGenerator, 'aheadNs'>[]): Shares {
  if (generators.length === 0) return { own: plan, others: [] };
  const { load, sessionEndpoint, transactionEndpoints, replicaEndpoint, sessionsBetween, ...rest } = plan;
  const n = generators.length;
  if (load.writers < n)
    throw new UsageError(
      `${n} load generators need as many writers, but the load has ${load.writers}; raise --writers`,
    );
  const clients = load.writers + load.openSessions;
  const rateOf = (some: number) => (load.ratePerSecond * some) / clients;
  const firstOf = (i: number) => Math.floor((load.writers * i) / n);
  const others = generators.map(({ aheadNs }, i): LoadPlan => {
    const writers = firstOf(i + 1) - firstOf(i);
    return {
      ...rest,
      originNs: String(BigInt(plan.originNs) + aheadNs),
      seed: plan.seed + (i + 1) * seedStep,
      firstWorker: firstOf(i),
      load: { ...load, writers, openSessions: 0, ratePerSecond: rateOf(writers) },
      streams: [],
    };
  });
  const kept = { ...load, writers: 0, ratePerSecond: rateOf(load.openSessions) };
  return { own: { ...plan, firstWorker: load.writers, load: kept }, others };
}

/** What a generator reports, as the journal of the whole run has it; undefined for messages that do not concern the run. */
export function fromGenerator<M extends LoadMessage>(name: string, message: M): M | undefined {
  if (message.kind === 'note') return { ...message, text: `${name}: ${message.text}` };
  if (message.kind !== 'generator' && message.kind !== 'stall') return message;
  // It has no probes, so that their thread is idle.
  if (message.source === 'probes') return undefined;
  return { ...message, source: message.source === 'load' ? name : `${message.source} of ${name}` };
}
