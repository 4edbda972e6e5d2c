/** What each client program of a run went through. */
import { programOf } from '../../journal/clients/lines.ts';
import { type EventOf, outcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { seenRecoveries } from '../availability/recoveries.ts';
import { loadTimes } from '../doubts/course.ts';
import type { Interval } from '../interval.ts';
import { once } from '../once.ts';

const okLocal = outcomes.indexOf('okLocal');
const failed = outcomes.indexOf('failed');

/** A client has so long after the direct path's return before it counts as stuck, µs. */
const graceUs = 10_000_000;
/** The last stretch of the load, in which a stuck client has nothing acknowledged; and the least that says something. */
const lastUs = 10_000_000;
const leastUs = 3_000_000;

/** A worker after the direct path's return. */
interface ClientReturn {
  readonly worker: number;
  /** Its first acknowledged write since then; undefined: none. */
  readonly firstGoodUs: number | undefined;
  readonly seq: number | undefined;
  /**
   * Nothing was acknowledged, though requests were due, in the last stretch before what broke was healed, or before the
   * load ended; undefined: both were too short.
   */
  readonly isStuck: boolean | undefined;
  /** The last row that it reported, by outcome time. */
  readonly lastRow: number;
}

export interface ProgramResult {
  readonly client: EventOf<'client'>;
  readonly end: EventOf<'clientend'> | undefined;
  readonly rows: readonly number[];
  readonly acknowledged: number;
  readonly failed: number;
  readonly unknown: number;
  /** Rows whose error is 25006: a server that takes no writes was asked to write. */
  readonly wrongServer: readonly number[];
  /** Rows whose error is about a prepared statement. */
  readonly prepared: readonly number[];
  /** Requests that the ledger holds more than once. */
  readonly duplicates: number;
  /** When the direct path was back from the worst fault; undefined: no fault, or it never was. */
  readonly back: Interval | undefined;
  readonly returns: readonly ClientReturn[];
}

const preparedError = /^(26000|42P05)|prepared statement/i;

export const programResults = once((run: Run): readonly ProgramResult[] => {
  if (run.clients.length === 0) return [];
  const rowsOf = new Map<number, number[]>(run.clients.map(({ program }) => [program, []]));
  for (let row = 0; row < run.ops.n; row++) rowsOf.get(programOf(run.ops.worker[row]!))?.push(row);
  const back = directBack(run);
  return run.clients.map((client) => resultOf(run, client, rowsOf.get(client.program) ?? [], back));
});

/** When the direct path was back, as the probes saw it. */
function directBack(run: Run): Interval | undefined {
  const found = seenRecoveries(run);
  return !found || found.direct.isBound ? undefined : found.direct.at;
}

function resultOf(
  run: Run,
  client: EventOf<'client'>,
  rows: readonly number[],
  back: Interval | undefined,
): ProgramResult {
  const { ops } = run;
  const count = (isOne: (outcome: number) => boolean): number =>
    rows.reduce((n, row) => n + (isOne(ops.outcome[row]!) ? 1 : 0), 0);
  const errorOf = (row: number): string => ops.errors[ops.error[row]!] ?? '';
  const byWorker = Map.groupBy(rows, (row) => ops.worker[row]!);
  const ledger = run.ledgers.findLast(({ role }) => role === 'primary');
  return {
    client,
    end: run.clientEnds.find(({ name }) => name === client.name),
    rows,
    acknowledged: count((outcome) => outcome <= okLocal),
    failed: count((outcome) => outcome === failed),
    unknown: count((outcome) => outcome > failed),
    wrongServer: rows.filter((row) => errorOf(row).startsWith('25006')),
    prepared: rows.filter((row) => preparedError.test(errorOf(row))),
    duplicates: (ledger?.duplicates ?? []).filter(([worker]) => programOf(worker) === client.program).length,
    back,
    returns: back ? [...byWorker].map(([worker, own]) => returnOf(run, worker, own, back)) : [],
  };
}

interface Stretch {
  readonly fromUs: number;
  readonly untilUs: number;
}

/** Where a client that is stuck shows it: at the end of the load, and before the heal, which may free it or trap it. */
function stretches(run: Run, back: Interval): Stretch[] {
  const healUs = seenRecoveries(run)?.fault.heal?.lo;
  const ends = [...(healUs === undefined ? [] : [healUs]), loadTimes(run)?.untilUs ?? run.lastUs];
  return ends
    .map((untilUs) => ({ fromUs: Math.max(back.hi + graceUs, untilUs - lastUs), untilUs }))
    .filter(({ fromUs, untilUs }) => untilUs - fromUs >= leastUs);
}

function returnOf(run: Run, worker: number, rows: readonly number[], back: Interval): ClientReturn {
  const { ops } = run;
  let [firstRow, lastRow] = [-1, rows[0]!];
  const seen = stretches(run, back).map((stretch) => ({ ...stretch, wasDue: false, wasGood: false }));
  for (const row of rows) {
    const doneUs = ops.doneUs[row]!;
    const isGood = ops.outcome[row]! <= okLocal;
    if (doneUs >= ops.doneUs[lastRow]!) lastRow = row;
    if (isGood && doneUs >= back.lo && (firstRow < 0 || doneUs < ops.doneUs[firstRow]!)) firstRow = row;
    for (const one of seen) {
      if (ops.dueUs[row]! >= one.fromUs && ops.dueUs[row]! <= one.untilUs) one.wasDue = true;
      if (isGood && doneUs >= one.fromUs && doneUs <= one.untilUs) one.wasGood = true;
    }
  }
  const judged = seen.filter(({ wasDue }) => wasDue);
  return {
    worker,
    firstGoodUs: firstRow < 0 ? undefined : ops.doneUs[firstRow]!,
    seq: firstRow < 0 ? undefined : ops.seq[firstRow]!,
    isStuck: judged.length === 0 ? undefined : judged.some(({ wasGood }) => !wasGood),
    lastRow,
  };
}
