/** Measures of client programs: who came back, when, who never, and what went wrong on the way. */
import type { Run } from '../../journal/run.ts';
import { loadTimes } from '../doubts/course.ts';
import { counted, exactly, few, inSeconds, measured, ms, sampled, unmeasurable } from '../measured.ts';
import type { MetricName } from '../metrics.ts';
import type { Measured } from '../verdict.ts';
import { type ProgramResult, programResults } from './programs.ts';

const noProgram = 'no client program took part';

/** A measure of all programs; not measurable where there was none. */
const ofPrograms =
  (metric: MetricName, take: (programs: readonly ProgramResult[], run: Run) => Measured) =>
  (run: Run): Measured => {
    const programs = programResults(run);
    return programs.length === 0 ? unmeasurable(metric, noProgram) : take(programs, run);
  };

/** `psycopg-pool 3, pg-pool 1`: the programs that have any. */
const named = (programs: readonly ProgramResult[], count: (one: ProgramResult) => number): string =>
  few(
    programs.flatMap((one) => (count(one) > 0 ? [`${one.client.name} ${count(one).toLocaleString('en-US')}`] : [])),
    6,
  );

/**
 * `stuckClients`: workers that had nothing acknowledged in the last 10 s of the load although requests were due, the
 * direct path having been back for at least 10 s.
 */
export const stuckClients = ofPrograms('stuckClients', (programs, run) => {
  const metric = 'stuckClients';
  if (programs.some(({ back }) => back === undefined)) return unmeasurable(metric, whyNoReturn(run));
  const all = programs.flatMap(({ returns }) => returns);
  const judged = all.filter(({ isStuck }) => isStuck !== undefined);
  if (judged.length === 0) return unmeasurable(metric, 'the load ended less than 13 s after the direct path was back');
  const stuck = judged.filter(({ isStuck }) => isStuck);
  const stuckOf = ({ returns }: ProgramResult): number => returns.filter(({ isStuck }) => isStuck).length;
  const note =
    stuck.length > 0
      ? `of ${counted(judged.length, 'client')}: ${named(programs, stuckOf)}`
      : `of ${counted(judged.length, 'client')}`;
  return exactly(
    metric,
    stuck.length,
    stuck.map(({ lastRow }) => run.ops.seq[lastRow]!),
    note,
  );
});

const whyNoReturn = (run: Run): string =>
  run.faults.length === 0 ? 'no fault was injected' : 'the direct path was not seen to return';

/** `clientRecoveryMs`: from the direct path's return to the first acknowledged write of the last client. */
export const clientRecovery = ofPrograms('clientRecoveryMs', (programs, run) => {
  const metric = 'clientRecoveryMs';
  const back = programs[0]!.back;
  if (back === undefined) return unmeasurable(metric, whyNoReturn(run));
  const all = programs.flatMap(({ client, returns }) => returns.map((one) => ({ name: client.name, ...one })));
  if (all.length === 0) return unmeasurable(metric, 'no client wrote');
  const untilUs = loadTimes(run)?.untilUs ?? run.lastUs;
  const never = all.filter(({ firstGoodUs }) => firstGoodUs === undefined);
  const last = all.reduce((a, b) =>
    (b.firstGoodUs ?? Number.POSITIVE_INFINITY) > (a.firstGoodUs ?? Number.POSITIVE_INFINITY) ? b : a,
  );
  const atUs = last.firstGoodUs ?? untilUs;
  const least = Math.max(0, ms(atUs - back.hi));
  if (never.length > 0) {
    const note = `${counted(never.length, 'client')} never came back (${few([...new Set(never.map(({ name }) => name))], 6)})`;
    return measured(metric, {
      value: least,
      lower: least,
      upper: null,
      evidence: sampled(never.map(({ lastRow }) => run.ops.seq[lastRow]!)),
      note,
    });
  }
  return measured(metric, {
    value: Math.max(least, ms(atUs - (back.lo + back.hi) / 2)),
    lower: least,
    upper: Math.max(least, ms(atUs - back.lo)),
    evidence: last.seq === undefined ? [] : [last.seq],
    note: `the last was of ${last.name}, ${inSeconds(ms(atUs - (back.lo + back.hi) / 2))} s after the direct path`,
  });
});

const counting = (
  metric: MetricName,
  count: (one: ProgramResult) => number,
  rows?: (one: ProgramResult) => readonly number[],
) =>
  ofPrograms(metric, (programs, run) => {
    const sum = programs.reduce((n, one) => n + count(one), 0);
    const evidence = rows ? sampled(programs.flatMap(rows).map((row) => run.ops.seq[row]!)) : [];
    return exactly(metric, sum, evidence, sum > 0 ? named(programs, count) : undefined);
  });

/** `clientRequestsFailed`: requests of client programs that certainly did not happen. */
export const clientRequestsFailed = counting('clientRequestsFailed', ({ failed }) => failed);
/** `clientRequestsUnknown`: those that may have happened, and were not acknowledged. */
export const clientRequestsUnknown = counting('clientRequestsUnknown', ({ unknown }) => unknown);
/** `wrongServerWrites`: writes that a server refused because it takes none (SQLSTATE 25006). */
export const wrongServerWrites = counting(
  'wrongServerWrites',
  ({ wrongServer }) => wrongServer.length,
  ({ wrongServer }) => wrongServer,
);
/** `retryDuplicates`: requests of client programs that the ledger holds more than once. */
export const retryDuplicates = counting('retryDuplicates', ({ duplicates }) => duplicates);
/** `preparedStatementErrors`: requests that failed because a prepared statement was not what the driver remembered. */
export const preparedStatementErrors = counting(
  'preparedStatementErrors',
  ({ prepared }) => prepared.length,
  ({ prepared }) => prepared,
);
