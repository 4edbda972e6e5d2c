/**
 * Synthetic journals for tests, written as a story:
 *
 *     synthetic({ seconds: 60 }).steady().stream('pooler-1', { down: [20, 45.2] }).fault('crash', { at: 20, heal: 50 })
 *       .writes({ down: [20, 45] }).ledger().residue().end()
 *
 * Times are seconds on the run's clock. What it gives passes through the real reader.
 */
import type { EventKind, EventOf, JournalEvent, Stream } from './event.ts';
import { rowsOf } from './event.ts';
import { readRun } from './read.ts';
import type { Run } from './run.ts';
import type {
  DownInput,
  FaultInput,
  LedgerInput,
  StreamInput,
  SyntheticOptions,
  WritesInput,
} from './synthetic-input.ts';
import { type Down, type OpRow, probeSlots, type SlotRow, us, writeRows } from './synthetic-load.ts';
import { indexed, rangesOf, shifted } from './synthetic-parts.ts';

export type * from './synthetic-input.ts';

type DraftOf<K extends EventKind> = Omit<EventOf<K>, 'seq' | 'kind' | 'tUs'> & { readonly tUs?: number };

export class Synthetic {
  readonly #options: Required<SyntheticOptions>;
  readonly #drafts: Omit<JournalEvent, 'seq'>[] = [];
  readonly #streams: Stream[] = [];
  #ops: OpRow[] = [];

  constructor(options: SyntheticOptions) {
    const defaults = {
      name: 'primary-crash',
      seconds: 60,
      durability: 'required',
      limits: {},
      load: {},
      stepUs: 10_000,
      shiftUs: 0,
    };
    this.#options = { ...defaults, ...options };
  }

  /** Adds any line; `at` is its time. */
  line<K extends EventKind>(kind: K, at: number, rest: DraftOf<K>): this {
    this.#drafts.push({ tUs: us(at), ...rest, kind } as Omit<JournalEvent, 'seq'>);
    return this;
  }

  /** A stream of probes; `pooler-…` goes through a pooler, other names say their path. */
  stream(name: string, input: StreamInput = {}): this {
    const path = input.path ?? (name.startsWith('pooler') ? 'pooler' : (name as Stream['path']));
    const stepUs = input.stepUs ?? this.#options.stepUs;
    const { fresh = false, retries } = input;
    const stream: Stream = { name, path, fresh, stepUs, limitUs: 1_000_000, ...(retries && { retries }) };
    const n = Math.floor(us(input.until ?? this.#options.seconds) / stepUs);
    const shape = { n, fromUs: 0, stepUs, limitUs: stream.limitUs, serviceUs: input.serviceUs ?? 1_000 };
    const rows = probeSlots({ ...shape, down: downs(input.down) });
    input.change?.(rows);
    this.#streams.push(stream);
    const servers = [[0, path === 'readonly' ? '198.18.0.23' : '198.18.0.21'] as const, ...(input.servers ?? [])];
    for (let first = 0; first < n; first += 500)
      this.#probeBatch(stream, first, rows.slice(first, first + 500), servers);
    return this;
  }

  /** The load's writes. */
  writes(input: WritesInput = {}): this {
    const rows = writeRows({
      fromUs: 0,
      untilUs: us(this.#options.seconds),
      perSecond: input.perSecond ?? 50,
      workers: input.workers ?? 4,
      serviceUs: input.serviceUs ?? 2_000,
      down: downs(input.down),
      switchesUs: (input.switches ?? []).map(us),
    });
    input.change?.(rows);
    this.#ops = rows;
    for (let first = 0; first < rows.length; first += 500) this.#opBatch(rows.slice(first, first + 500));
    return this;
  }

  /** A fault that is announced, with its steps; without `heal` it is left as it is. */
  fault(fault: string, { at, heal, target = 'pg-1' }: FaultInput): this {
    const line = (step: EventOf<'fault'>['step'], from: number, until: number, written: number) =>
      this.line('fault', written, {
        ...{
          id: `${fault}-${at}`,
          fault,
          target,
          step,
          ...((step === 'effective' || step === 'healed') && { proof: 'seen' }),
        },
        ...{ beforeUs: us(from), afterUs: us(until) },
      });
    this.line('phase', at, { phase: 'fault', announces: { fault, target } });
    line('inject', at, at + 0.01, at + 0.02);
    line('effective', at + 0.01, at + 0.02, at + 0.02);
    if (heal !== undefined) {
      line('heal', heal, heal, heal);
      line('healed', heal, heal + 0.02, heal + 0.02);
    }
    return this;
  }

  role(
    at: number,
    observer: EventOf<'role'>['observer'],
    instance: string,
    role: EventOf<'role'>['role'],
    timeline?: number,
  ): this {
    return this.line('role', at, { observer, instance, role, ...(timeline !== undefined && { timeline }) });
  }

  phase(at: number, phase: EventOf<'phase'>['phase']): this {
    return this.line('phase', at, { phase });
  }

  /** A standby seen at each of the times given. */
  replica(instance: string, at: readonly number[], more: Partial<DraftOf<'replica'>> = {}): this {
    const seen = { instance, streaming: true, syncState: 'sync', lagBytes: 0, timeline: 1, ...more };
    for (const time of at) this.line('replica', time, seen);
    return this;
  }

  /** The final read: what was acknowledged, changed as the input says. */
  ledger(input: LedgerInput = {}): this {
    const keys = new Set(this.#ops.filter(({ outcome }) => outcome <= 1).map(({ worker, op }) => `${worker} ${op}`));
    for (const key of input.without ?? []) keys.delete(key.join(' '));
    for (const key of [...(input.with ?? []), ...(input.twice ?? [])]) keys.add(key.join(' '));
    const timelines = this.#timelines();
    return this.line('ledger', input.at ?? this.#options.seconds + 1, {
      instance: input.instance ?? (timelines.length > 1 ? 'pg-2' : 'pg-1'),
      role: input.role ?? 'primary',
      timeline: timelines.at(-1) ?? 1,
      forks: timelines.slice(1).map((timeline) => ({ timeline, lsn: this.#forkOf(timeline) })),
      rows: keys.size + (input.twice?.length ?? 0),
      workers: rangesOf([...keys].map((key) => key.split(' ').map(Number) as [number, number])),
      duplicates: (input.twice ?? []).map(([worker, op]) => [worker, op, 2]),
    });
  }

  /** The final reads of all three instances; the standbys hold what the primary holds. */
  ledgers(input: LedgerInput = {}): this {
    const primary = input.instance ?? (this.#timelines().length > 1 ? 'pg-2' : 'pg-1');
    this.ledger(input);
    for (const instance of ['pg-1', 'pg-2', 'pg-3'])
      if (instance !== primary) this.ledger({ ...input, instance, role: 'replica' });
    return this;
  }

  /** Both looks at the end. */
  residue(found: readonly string[] = []): this {
    const hosts = ['pg-1', 'pg-2', 'pg-3', ...this.#poolers()];
    const inside = { checked: hosts.map((name) => `${name}: rules`), hosts, found: [...found] };
    this.line('residue', this.#options.seconds + 2, inside);
    this.line('residue', this.#options.seconds + 2.5, { checked: ['namespaces', 'folders'], found: [...found] });
    return this;
  }

  /** What every whole run has: its phases, and how well the generator kept its schedule. */
  whole(): this {
    const { seconds } = this.#options;
    this.phase(0, 'prepare').phase(0, 'steady').phase(seconds, 'verify');
    for (const [source, n] of Object.entries({ writers: 10, probes: 20, load: 30 })) {
      const late = { lateP50Us: 0, lateP99Us: 0, lateMaxUs: 0 };
      this.line('generator', seconds + 0.1, { source, n, ...late, cpuUs: us(1), wallUs: us(seconds) });
    }
    return this;
  }

  end(reason: EventOf<'end'>['reason'] = 'done'): this {
    return this.line('end', this.#options.seconds + 3, { reason });
  }

  /** The journal's events, numbered, in the order of their times. */
  events(): JournalEvent[] {
    const drafts = [...this.#drafts].sort((a, b) => a.tUs - b.tUs);
    let seq = 0;
    return [this.#header(), this.#stack(), ...drafts].map((draft) => {
      const event = { ...shifted(draft, this.#options.shiftUs), seq } as JournalEvent;
      seq += rowsOf(event);
      return event;
    });
  }

  lines(): string[] {
    return this.events().map((event) => JSON.stringify(event));
  }

  run(): Promise<Run> {
    return readRun(this.lines());
  }

  #timelines(): number[] {
    return [...new Set(this.#ops.map(({ timeline }) => timeline).filter((timeline) => timeline > 0))].sort();
  }

  #forkOf(timeline: number): number {
    return Math.min(...this.#ops.filter((op) => op.timeline === timeline).map(({ lsn }) => lsn));
  }

  #header(): Omit<EventOf<'run'>, 'seq'> {
    const { name, durability, limits } = this.#options;
    return {
      ...{ tUs: 0, kind: 'run', format: 1, id: `20260101-000000-${name}`, startedAt: '2026-01-01T00:00:00Z' },
      scenario: { name, asks: 'What does it cost?', hash: '0' },
      topology: { instances: 3, durability, pooler: { poolSize: 10, instances: this.#poolers().length } },
      ...{ stack: 'lab', load: this.#load(), limits, changed: {}, seed: 1 },
      host: { os: 'Linux', kernel: '6', cpus: 2, memoryBytes: 1, node: 'v24' },
      command: `pgdrill run ${name}`,
    };
  }

  #poolers(): string[] {
    return this.#streams.filter(({ path, fresh }) => path === 'pooler' && !fresh).map(({ name }) => name);
  }

  #load(): EventOf<'run'>['load'] {
    const writers = new Set(this.#ops.map(({ worker }) => worker)).size;
    const ratePerSecond = this.#ops.length / this.#options.seconds;
    return { ...(writers > 0 && { writers, ratePerSecond, giveUpMs: 5_000 }), ...this.#options.load };
  }

  #stack(): Omit<EventOf<'stack'>, 'seq'> {
    const instances = ['pg-1', 'pg-2', 'pg-3'].map((name, i) => ({ name, address: `198.18.0.2${i + 1}`, host: name }));
    const poolers = this.#poolers();
    const names = this.#options.durability === 'asynchronous' ? '' : 'ANY 1 (pg-1, pg-2, pg-3)';
    const settings = { 'postgresql.synchronous_standby_names': names };
    const rest = { versions: {}, settings, instances, poolers, streams: this.#streams, path: 'a bridge' };
    return { tUs: 0, kind: 'stack', ...rest };
  }

  #probeBatch(
    stream: Stream,
    firstSlot: number,
    rows: readonly SlotRow[],
    by: readonly (readonly [from: number, address: string])[],
  ): void {
    const fromUs = firstSlot * stream.stepUs;
    const serverAt = (dueUs: number) => by.findLastIndex(([from]) => us(from) <= dueUs);
    const [error, errors] = indexed(rows.map((row) => row.error));
    this.#drafts.push({
      ...{ kind: 'probe', tUs: fromUs + rows.length * stream.stepUs + stream.limitUs, n: rows.length },
      ...{ stream: stream.name, firstSlot, fromUs, stepUs: stream.stepUs, error, errors },
      late: rows.map(({ late }) => late),
      took: rows.map(({ took }) => took),
      outcome: rows.map(({ outcome }) => outcome),
      server: rows.map(({ outcome }, i) => (outcome === 0 ? serverAt(fromUs + i * stream.stepUs) : -1)),
      servers: by.map(([, address]) => address),
      saw: rows.map(({ saw }) => saw),
    } as Omit<EventOf<'probe'>, 'seq'>);
  }

  #opBatch(rows: readonly OpRow[]): void {
    const baseUs = rows[0]!.dueUs;
    const [error, errors] = indexed(rows.map((row) => row.error));
    const [server, servers] = indexed(rows.map((row) => row.server));
    this.#drafts.push({
      ...{ kind: 'op', tUs: Math.max(...rows.map(({ doneUs }) => doneUs)), n: rows.length, baseUs },
      ...{ error, errors, server, servers },
      worker: rows.map(({ worker }) => worker),
      op: rows.map(({ op }) => op),
      due: rows.map(({ dueUs }) => dueUs - baseUs),
      late: rows.map(({ lateUs }) => lateUs),
      sent: rows.map(({ dueUs, sentUs }) => (Number.isNaN(sentUs) ? -1 : sentUs - dueUs)),
      done: rows.map(({ dueUs, doneUs }) => doneUs - dueUs),
      outcome: rows.map(({ outcome }) => outcome),
      timeline: rows.map(({ timeline }) => timeline),
      lsn: rows.map(({ lsn }) => lsn),
    } as Omit<EventOf<'op'>, 'seq'>);
  }
}

/** Begins a synthetic journal. */
export const synthetic = (options: SyntheticOptions = {}): Synthetic => new Synthetic(options);

function downs(input: DownInput | undefined): readonly Down[] {
  if (input === undefined) return [];
  if ('from' in input) return [input];
  const [first, second] = input;
  if (typeof first === 'number') return [{ from: first, to: second as number, how: 'reset' }];
  return input as readonly Down[];
}
