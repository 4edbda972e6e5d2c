/** Gathers the events of a journal, one after another, into a `Run`. */
import {
  batchProblem,
  float64,
  type Growing,
  int16,
  int32,
  type Range,
  rangeOf,
  refuse,
  uint8,
  uint16,
  uint32,
  valuesOf,
  Words,
} from './columns.ts';
import { withStructure } from './compatibility/old-lines.ts';
import type { EventKind, EventOf, JournalEvent, Stream } from './event.ts';
import { outcomes, slotOutcomes } from './event.ts';
import { LineOrder } from './line-order.ts';
import type { Connects, Ops, Run } from './run.ts';
import { doneRange, SlotColumns } from './slot-columns.ts';
import { checkedTransactions } from './transactions/history.ts';

const any = [Number.MIN_SAFE_INTEGER, Number.POSITIVE_INFINITY] as const;
const natural = [0, Number.POSITIVE_INFINITY] as const;

/** Takes events in the order of the file. `add` throws an Error in plain words where one contradicts itself. */
export class Collector {
  readonly #ops = new OpColumns();
  readonly #connects = new ConnectColumns();
  readonly #streams = new Map<string, SlotColumns>();
  readonly #lines: { [K in EventKind]?: EventOf<K>[] } = {};
  readonly #defects: string[] = [];
  readonly #order = new LineOrder();
  /** Lines by their kind. */
  readonly #counts = new Map<string, number>();
  #lastUs = 0;

  add(written: JournalEvent): void {
    const event = withStructure(written);
    this.#lastUs = Math.max(this.#lastUs, event.tUs);
    const problem = this.#order.problemOf(event);
    if (problem) this.defect(problem);
    this.#counts.set(event.kind, (this.#counts.get(event.kind) ?? 0) + 1);
    if (event.kind === 'op') this.#noteTimes(event, this.#ops.add(event));
    else if (event.kind === 'connect') this.#noteTimes(event, this.#connects.add(event));
    else if (event.kind === 'probe') this.#addProbe(event);
    else {
      if (event.kind === 'stack') this.#addStreams(event.streams);
      if (event.kind === 'txn') this.#noteTimes(event, checkedTransactions(event));
      (this.#listOf(event.kind) as JournalEvent[]).push(event);
    }
  }

  /** Something is wrong with the file as a file; the run is read on. */
  defect(text: string): void {
    this.#defects.push(text);
  }

  /** @throws Error where there is no header */
  finish(): Run {
    const [header, ...moreHeaders] = this.#listOf('run');
    if (!header) throw new Error('there is no `run` line');
    if (moreHeaders.length > 0) this.defect(`${moreHeaders.length + 1} run lines: several journals in one file`);
    for (const kind of ['stack', 'end'] as const)
      if (this.#listOf(kind).length > 1) this.defect(`the journal has ${this.#listOf(kind).length} ${kind} lines`);
    for (const problem of this.#order.finish()) this.defect(problem);
    for (const problem of this.#listOf('end').flatMap((end) => this.#countDefects(end))) this.defect(problem);
    return {
      header,
      stack: this.#listOf('stack')[0],
      instances: this.#listOf('instance'),
      prediction: this.#listOf('prediction')[0],
      ops: this.#ops.finish(),
      connects: this.#connects.finish(),
      slots: new Map([...this.#streams].map(([name, columns]) => [name, columns.finish()])),
      phases: this.#listOf('phase'),
      roles: this.#listOf('role'),
      faults: this.#listOf('fault'),
      pools: this.#listOf('pool'),
      poolLogs: this.#listOf('poollog'),
      replicas: this.#listOf('replica'),
      ledgers: this.#listOf('ledger'),
      marks: this.#listOf('mark'),
      archives: this.#listOf('archive'),
      archiveCalls: this.#listOf('archivecall'),
      backups: this.#listOf('backup'),
      restores: this.#listOf('restore'),
      stores: this.#listOf('store'),
      proofs: this.#listOf('proof'),
      alerts: this.#listOf('alert'),
      alertWatches: this.#listOf('alertwatch'),
      residues: this.#listOf('residue'),
      requests: this.#listOf('request'),
      transactions: this.#listOf('txn'),
      clients: this.#listOf('client'),
      clientPools: this.#listOf('clientpool'),
      clientEnds: this.#listOf('clientend'),
      afterwards: this.#listOf('afterwards'),
      stalls: this.#listOf('stall'),
      generators: this.#listOf('generator'),
      metrics: this.#listOf('metric'),
      notes: this.#listOf('note'),
      end: this.#listOf('end').at(-1),
      lastUs: this.#lastUs,
      defects: this.#defects,
    };
  }

  #listOf<K extends EventKind>(kind: K): EventOf<K>[] {
    return (this.#lines[kind] ??= [] as never) as EventOf<K>[];
  }

  #addStreams(streams: readonly Stream[]): void {
    for (const stream of streams) this.#streams.set(stream.name, new SlotColumns(stream));
  }

  #noteTimes(event: JournalEvent, [firstUs, lastUs]: Range): void {
    const problem = LineOrder.batchProblem(event, firstUs, lastUs);
    if (problem) this.defect(problem);
  }

  /** The end line says how many lines of each kind were written. */
  #countDefects({ lines }: EventOf<'end'>): string[] {
    if (!lines) return [];
    const kinds = [...new Set([...Object.keys(lines), ...this.#counts.keys()])].filter((kind) => kind !== 'end');
    return kinds.flatMap((kind) => {
      const [written, found] = [lines[kind] ?? 0, this.#counts.get(kind) ?? 0];
      return written === found ? [] : [`${written} ${kind} lines were written, but the journal has ${found}`];
    });
  }

  #addProbe(event: EventOf<'probe'>): void {
    const columns = this.#streams.get(event.stream);
    if (!columns) throw new Error(`it belongs to the stream ${event.stream}, which no stack line before it names`);
    const gap = columns.add(event);
    if (gap) this.defect(gap);
    this.#noteTimes(event, doneRange(event));
  }
}

class OpColumns {
  readonly #errors = new Words();
  readonly #servers = new Words();
  /** Absent while it is the same as `op`, which a long journal need not hold twice. */
  #requests: Growing<Int32Array<ArrayBuffer>> | undefined;
  readonly #columns = {
    seq: uint32(),
    worker: int32(),
    op: int32(),
    dueUs: float64(),
    lateUs: int32(),
    sentUs: float64(),
    doneUs: float64(),
    outcome: uint8(),
    error: int32(),
    server: int16(),
    timeline: uint16(),
    lsn: float64(),
  };

  /** @returns when the first and the last of its rows were done, µs */
  add(batch: EventOf<'op'>): Range {
    const { n, seq, baseUs, due, sent, done } = batch;
    refuse(
      batchProblem(batch, {
        ...{
          worker: natural,
          op: natural,
          due: any,
          ...(batch.request && { request: natural }),
          late: any,
          sent: any,
          done: any,
          timeline: any,
          lsn: natural,
        },
        outcome: [0, outcomes.length],
        error: [-1, batch.errors.length],
        server: [-1, batch.servers.length],
      }),
    );
    const errorOf = this.#errors.mapper(batch.errors);
    const serverOf = this.#servers.mapper(batch.servers);
    const columns = this.#columns;
    columns.seq.append(n, (row) => seq + row);
    columns.worker.append(n, (row) => batch.worker[row]!);
    columns.op.append(n, (row) => batch.op[row]!);
    if (batch.request) this.#requests ??= this.#copyOfOps();
    const request = batch.request ?? batch.op;
    this.#requests?.append(n, (row) => request[row]!);
    columns.dueUs.append(n, (row) => baseUs + due[row]!);
    columns.lateUs.append(n, (row) => batch.late[row]!);
    columns.sentUs.append(n, (row) => (sent[row]! < 0 ? Number.NaN : baseUs + due[row]! + sent[row]!));
    columns.doneUs.append(n, (row) => baseUs + due[row]! + done[row]!);
    columns.outcome.append(n, (row) => batch.outcome[row]!);
    columns.error.append(n, (row) => errorOf(batch.error[row]!));
    columns.server.append(n, (row) => serverOf(batch.server[row]!));
    columns.timeline.append(n, (row) => batch.timeline[row]!);
    columns.lsn.append(n, (row) => batch.lsn[row]!);
    return rangeOf(columns.doneUs.values.subarray(-n));
  }

  finish(): Ops {
    const values = valuesOf(this.#columns);
    const request = this.#requests?.values ?? values.op;
    return { ...values, request, errors: this.#errors.list, servers: this.#servers.list };
  }

  /** Until a batch says otherwise each write is a request of its own. */
  #copyOfOps(): Growing<Int32Array<ArrayBuffer>> {
    const { values } = this.#columns.op;
    const copy = int32();
    copy.append(values.length, (row) => values[row]!);
    return copy;
  }
}

class ConnectColumns {
  readonly #paths = new Words();
  readonly #errors = new Words();
  readonly #columns = {
    seq: float64(),
    client: int32(),
    path: int32(),
    startUs: float64(),
    doneUs: float64(),
    outcome: uint8(),
    error: int32(),
  };

  add(batch: EventOf<'connect'>): Range {
    const { n, seq, baseUs, start, took } = batch;
    refuse(
      batchProblem(batch, {
        ...{ client: natural, start: any, took: any },
        path: [0, batch.paths.length],
        outcome: [0, slotOutcomes.length],
        error: [-1, batch.errors.length],
      }),
    );
    const pathOf = this.#paths.mapper(batch.paths);
    const errorOf = this.#errors.mapper(batch.errors);
    const columns = this.#columns;
    columns.seq.append(n, (row) => seq + row);
    columns.client.append(n, (row) => batch.client[row]!);
    columns.path.append(n, (row) => pathOf(batch.path[row]!));
    columns.startUs.append(n, (row) => baseUs + start[row]!);
    columns.doneUs.append(n, (row) => baseUs + start[row]! + took[row]!);
    columns.outcome.append(n, (row) => batch.outcome[row]!);
    columns.error.append(n, (row) => errorOf(batch.error[row]!));
    return rangeOf(columns.doneUs.values.subarray(-n));
  }

  finish(): Connects {
    return { ...valuesOf(this.#columns), paths: this.#paths.list, errors: this.#errors.list };
  }
}
