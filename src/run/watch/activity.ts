/** Samples what the sessions of each instance wait for: once before the drill, and while no write is acknowledged. */
import type { Instance } from '../../faults/target.ts';
import {
  type Draft,
  type EventOf,
  isDatabaseWrite,
  type JournalEvent,
  outcomes,
  type Stream,
  slotOutcomes,
} from '../../journal/event.ts';
import type { OpenStack } from '../../stacks/stack.ts';
import type { InstanceAsker } from '../ask.ts';
import type { Recorder } from '../recorder.ts';
import { repeatedly } from '../repeatedly.ts';

/** Between two samples, ms. */
const lookEveryMs = 1_000;
const withinMs = 1_000;
/** What the load process saw comes a quarter of a second later. */
const silentForUs = 1_500_000;
/** The largest groups; the sessions of a server that hangs are all alike. */
const groupsAtMost = 12;
const linesAtMost = 300;

/**
 * Whose a session is, its last statement shows: poolers share sessions among clients, and `application_name` is the same for
 * all. A role that may not see the statements of others gets no text for them: their sessions count as others'.
 */
const sql = `
select backend_type as backend, case when backend_type <> 'client backend' then 'server'
    when query like '%pgdrill.probe%' then 'probes' when query like '%pgdrill.%' then 'clients' else 'others' end as of,
  coalesce(state, '') as state, coalesce(wait_event_type || ':' || wait_event, '') as wait, count(*)::int as n
from pg_stat_activity
where pid <> pg_backend_pid() and backend_type in ('client backend', 'walsender', 'walreceiver', 'startup')
group by 1, 2, 3, 4 order by n desc, 1, 2, 3, 4`;

type Group = EventOf<'activity'>['sessions'][number];
const [ok, okLocal] = [slotOutcomes.indexOf('ok'), outcomes.indexOf('okLocal')];

/** Journals what changed, until it is disposed of. */
export function watchActivity(
  stack: Pick<OpenStack, 'instances'>,
  asker: Pick<InstanceAsker, 'ask'>,
  recorder: Pick<Recorder, 'now' | 'listen' | 'clock'>,
  streams: readonly Stream[],
  everyMs: number = lookEveryMs,
): AsyncDisposable {
  const acknowledged = new Acknowledged(streams);
  const listening = recorder.listen((event) => acknowledged.see(event));
  const last = new Map<string, string>();
  let lines = 0;

  async function sample(instance: Instance): Promise<void> {
    const groups = await asker.ask<Group>(instance, sql, withinMs);
    const line = groups && lineOf(instance.name, groups);
    const text = JSON.stringify(line);
    if (!line || last.get(instance.name) === text || lines >= linesAtMost) return;
    last.set(instance.name, text);
    lines++;
    recorder.now<'activity'>(line);
  }

  const watching = repeatedly(everyMs, async () => {
    const isSilent = acknowledged.lastUs !== undefined && recorder.clock.nowUs() - acknowledged.lastUs > silentForUs;
    if (last.size > 0 && !isSilent) return;
    const instances = await stack.instances().catch(() => []);
    await Promise.all(instances.map(sample));
  });
  return {
    async [Symbol.asyncDispose]() {
      listening[Symbol.dispose]();
      await watching[Symbol.asyncDispose]();
    },
  };
}

export function lineOf(instance: string, groups: readonly Group[]): Omit<Draft<'activity'>, 'tUs'> {
  const rest = groups.slice(groupsAtMost).reduce((sum, { n }) => sum + n, 0);
  return { kind: 'activity', instance, sessions: groups.slice(0, groupsAtMost), rest };
}

/** When the last write was acknowledged, by anybody: clients and probes. */
export class Acknowledged {
  readonly #writes: ReadonlySet<string>;
  /** Undefined: none was yet. */
  lastUs: number | undefined;

  /** @param streams of the run */
  constructor(streams: readonly Pick<Stream, 'name' | 'path'>[]) {
    this.#writes = new Set(streams.filter(isDatabaseWrite).map(({ name }) => name));
  }

  see(event: JournalEvent): void {
    if (event.kind === 'probe' && this.#writes.has(event.stream)) this.#probes(event);
    if (event.kind === 'op') this.#ops(event);
  }

  #probes({ fromUs, stepUs, took, outcome, n }: EventOf<'probe'>): void {
    for (let i = 0; i < n; i++) if (outcome[i] === ok) this.#at(fromUs + i * stepUs + took[i]!);
  }

  #ops({ baseUs, due, done, outcome, n }: EventOf<'op'>): void {
    for (let i = 0; i < n; i++) if (outcome[i]! <= okLocal) this.#at(baseUs + due[i]! + done[i]!);
  }

  #at(us: number): void {
    this.lastUs = Math.max(this.lastUs ?? us, us);
  }
}
