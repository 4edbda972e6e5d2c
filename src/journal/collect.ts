/** Gathers the events of a journal, one after another, into a `Run`. */

import { ConnectColumns } from './columns/connects.ts';
import { OpColumns } from './columns/ops.ts';
import type { Scanned } from './columns/scan.ts';
import { doneRange, type ProbeBatch, SlotColumns } from './columns/slots.ts';
import type { Range } from './columns/table.ts';
import { withStructure } from './compatibility/old-lines.ts';
import type { EventKind, EventOf, JournalEvent, Stream } from './event.ts';
import { LineOrder } from './line-order.ts';
import type { Run } from './run.ts';
import { checkedSessions } from './sessions/rows.ts';
import { checkedTransactions } from './transactions/history.ts';

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

  add(event: JournalEvent | Scanned): void {
    this.#lastUs = Math.max(this.#lastUs, event.tUs);
    const problem = this.#order.problemOf(event);
    if (problem) this.defect(problem);
    this.#counts.set(event.kind, (this.#counts.get(event.kind) ?? 0) + 1);
    if (event.kind === 'op') this.#noteTimes(event, this.#ops.add(event));
    else if (event.kind === 'connect') this.#noteTimes(event, this.#connects.add(event));
    else if (event.kind === 'probe') this.#addProbe(event);
    else this.#keep(withStructure(event));
  }

  #keep(event: JournalEvent): void {
    if (event.kind === 'stack') this.#addStreams(event.streams);
    if (event.kind === 'session') this.#noteTimes(event, checkedSessions(event));
    if (event.kind === 'txn') this.#noteTimes(event, checkedTransactions(event));
    (this.#listOf(event.kind) as JournalEvent[]).push(event);
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
      logs: this.#listOf('log'),
      activities: this.#listOf('activity'),
      replicas: this.#listOf('replica'),
      storages: this.#listOf('storage'),
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
      sessions: this.#listOf('session'),
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

  #noteTimes(event: JournalEvent | Scanned, [firstUs, lastUs]: Range): void {
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

  #addProbe(event: { readonly kind: 'probe'; readonly tUs: number } & ProbeBatch): void {
    const columns = this.#streams.get(event.stream);
    if (!columns) throw new Error(`it belongs to the stream ${event.stream}, which no stack line before it names`);
    const gap = columns.add(event);
    if (gap) this.defect(gap);
    this.#noteTimes(event, doneRange(event));
  }
}
