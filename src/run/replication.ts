/** Watches whether every standby streams: as the primary sees it and as the standby itself does. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Instance } from '../faults/target.ts';
import type { Draft } from '../journal/event.ts';
import type { OpenStack } from '../stacks/stack.ts';
import { InstanceAsker } from './ask.ts';
import type { Recorder } from './recorder.ts';
import { repeatedly } from './repeatedly.ts';

/** What one look found of one instance; a `replica` line less its time. */
export type ReplicaState = Omit<Draft<'replica'>, 'tUs' | 'kind'>;

const primarySql = `
select host(client_addr) as address, sync_state, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::float8 as lag
from pg_stat_replication where state = 'streaming'`;
const selfSql = `
select pg_is_in_recovery() as standby, (select timeline_id from pg_control_checkpoint()) as checkpoint_timeline,
  case when pg_is_in_recovery() then null else ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int end as timeline,
  (select received_tli from pg_stat_wal_receiver where status = 'streaming') as received_timeline,
  pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end, '0/0')::float8 as position`;

interface Self {
  readonly standby: boolean;
  readonly checkpoint_timeline: number;
  readonly timeline: number | null;
  readonly received_timeline: number | null;
  /** Replayed, or of the primary written, as a byte position. */
  readonly position?: number | null;
}

export class ReplicationProbe implements AsyncDisposable {
  readonly #stack: OpenStack;
  readonly #asker: InstanceAsker;
  #instances: readonly Instance[] = [];

  constructor(stack: OpenStack) {
    this.#stack = stack;
    this.#asker = new InstanceAsker(stack);
  }

  /**
   * One look at every instance. An instance that cannot be asked is not streaming. The primary itself counts as
   * streaming, with `syncState` `primary`.
   * @param withinMs an instance that answers later than this counts as one that cannot be asked
   */
  async look(withinMs = 1_000): Promise<ReplicaState[]> {
    const instances = await this.#known();
    const selves = await Promise.all(instances.map((instance) => this.#asker.ask<Self>(instance, selfSql, withinMs)));
    const primary = instances.find((_, i) => selves[i]?.[0]?.standby === false);
    const streams = primary && (await this.#asker.ask<Streaming>(primary, primarySql, withinMs));
    return instances.map((instance, i) => describe(instance, selves[i]?.[0], streams));
  }

  /** While the platform does not answer, the instances are where they were: they can be asked all the same. */
  async #known(): Promise<readonly Instance[]> {
    try {
      this.#instances = await this.#stack.instances();
    } catch (error) {
      if (this.#instances.length === 0) throw error;
    }
    return this.#instances;
  }

  /** Looks until every standby that streams has replayed all, or the time is over. */
  async caughtUp(withinMs: number): Promise<ReplicaState[]> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const states = await this.look();
      const behind = states.some(({ streaming, lagBytes }) => !streaming || lagBytes > 0);
      if (!behind || performance.now() > deadline) return states;
      await sleep(100);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#asker[Symbol.asyncDispose]();
  }
}

/**
 * Whether every instance streams and, where a position is given, every standby has replayed that far.
 * @param targetLsn what the primary had written at some moment, as a byte position
 */
export const isWhole = (states: readonly ReplicaState[], targetLsn = 0): boolean =>
  states.every(({ streaming, replayedLsn = 0 }) => streaming && replayedLsn >= targetLsn);

/** Journals every look, twice a second, until it is disposed of. */
export function watchReplication(probe: ReplicationProbe, recorder: Recorder): AsyncDisposable {
  return repeatedly(500, async () => {
    const afterUs = recorder.clock.nowUs();
    for (const state of await probe.look()) recorder.now<'replica'>({ kind: 'replica', ...state, afterUs });
  });
}

interface Streaming {
  readonly address: string | null;
  readonly sync_state: string;
  readonly lag: number | null;
}

/**
 * A standby streams if both sides say so; what only one side says is not believed.
 * @param streams what the primary lists; undefined where it did not answer
 */
export function describe(
  instance: Instance,
  self: Self | undefined,
  streams: readonly Streaming[] | undefined,
): ReplicaState {
  const { name } = instance;
  const position = self?.position == null ? {} : { replayedLsn: self.position };
  if (self && !self.standby)
    return {
      ...{ instance: name, streaming: true, syncState: 'primary', lagBytes: 0, timeline: self.timeline ?? 0 },
      ...position,
    };
  const seen = streams?.find(({ address }) => address === instance.address);
  const primarySays = streams && { primarySays: seen?.sync_state ?? 'none' };
  if (!self)
    return { instance: name, streaming: false, syncState: 'unreachable', lagBytes: 0, timeline: 0, ...primarySays };
  return {
    instance: name,
    streaming: seen !== undefined && self.received_timeline !== null,
    syncState: seen?.sync_state ?? 'none',
    lagBytes: seen?.lag ?? 0,
    ...position,
    timeline: self.received_timeline ?? self.checkpoint_timeline,
    ...primarySays,
  };
}
