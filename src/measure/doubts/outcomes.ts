/** Whether each write, probe and connection ended as its error and its times say. */
import { sentUsOf } from '../../journal/columns/ops.ts';
import { outcomes, slotOutcomes } from '../../journal/event.ts';
import type { Run, Slots } from '../../journal/run.ts';
import { saysNotDone, sqlstateOf } from '../../journal/sqlstate.ts';
import { counted } from '../measured.ts';

const [okLocal, failed] = [outcomes.indexOf('okLocal'), outcomes.indexOf('failed')];
const [slotOk, slotTimeout] = [slotOutcomes.indexOf('ok'), slotOutcomes.indexOf('timeout')];
/** What the load records of a request that it has given up. */
const timedOut = 'timeout';
/** No statement is sent, committed and answered in less, and no log-in made; in stored runs it takes 0.6 and 1 ms at least. */
const leastUs = { statement: 20, login: 100 };
/** PgBouncer cuts its words: earlier versions called such a write unknown, although it never got a server. */
const uncertainBefore = '08P01 ';
/** A thread looks at what is overdue every few ms; a machine that is busy keeps it from that. */
const givenUpWithinUs = 3_000_000;

export const outcomeDoubts = (run: Run): string[] => [
  ...writeDoubts(run),
  ...[...run.slots.values()].flatMap(slotDoubts),
  ...connectDoubts(run),
];

/** Numbers of rows in which something is wrong, by what it is, in words. */
class Tally {
  readonly #counts = new Map<string, number>();
  add(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }
  doubts(one: string, of = ''): string[] {
    return [...this.#counts].map(([what, n]) => `${counted(n, one)}${of} ${what}`);
  }
}

/** A write is acknowledged without an error, or has failed with one; which error it was decides between failed and unknown. */
function writeDoubts({ ops, header }: Run): string[] {
  const tally = new Tally();
  const isCertain = ops.errors.map((text) => saysNotDone(sqlstateOf(text) ?? '', text));
  const wasUncertain = ops.errors.map((text) => text.startsWith(uncertainBefore));
  const timeout = ops.errors.indexOf(timedOut);
  const giveUpUs = 1_000 * Number(header.load.giveUpMs ?? Number.NaN);
  for (let row = 0; row < ops.n; row++) {
    const outcome = ops.outcome[row]!;
    const error = ops.error[row]!;
    const tookUs = ops.doneUs[row]! - ops.dueUs[row]!;
    const isSent = ops.sentAfterUs[row]! >= 0;
    if (tookUs > giveUpUs + givenUpWithinUs) tally.add('lasted longer than the load waits');
    if (outcome <= okLocal) {
      if (error >= 0) tally.add('acknowledged with an error');
      if (isSent && ops.doneUs[row]! - sentUsOf(ops, row) < leastUs.statement)
        tally.add('acknowledged faster than can be');
      continue;
    }
    if (error < 0) tally.add('failed without an error');
    else if (outcome === failed ? isSent && !isCertain[error] : !isSent || (isCertain[error] && !wasUncertain[error]))
      tally.add(`called ${outcomes[outcome]}, where the error says otherwise`);
    if (ops.doneUs[row]! < (isSent ? sentUsOf(ops, row) : ops.dueUs[row]!))
      tally.add('failed before the client made them');
    if (error === timeout && tookUs < giveUpUs) tally.add('given up too early');
  }
  return tally.doubts('write');
}

/** Every slot ends at the limit of its stream at the latest: with an answer or an error before it, as a timeout at it. */
function slotDoubts({ stream, n, dueUs, startUs, doneUs, outcome, error, errors }: Slots): string[] {
  const tally = new Tally();
  const timeout = errors.indexOf(timedOut);
  for (let row = 0; row < n; row++) {
    const tookUs = doneUs[row]! - dueUs[row]!;
    const isOk = outcome[row] === slotOk;
    const isTimeout = outcome[row] === slotTimeout;
    if (isOk !== error[row]! < 0) tally.add(isOk ? 'answered with an error' : 'failed without an error');
    if (isOk && doneUs[row]! - startUs[row]! < leastUs.statement) tally.add('answered faster than can be');
    if (isTimeout !== (error[row]! >= 0 && error[row] === timeout))
      tally.add('whose outcome and error disagree about a timeout');
    if (isTimeout ? tookUs < stream.limitUs : isOk && tookUs >= stream.limitUs)
      tally.add('whose outcome and time disagree about the limit');
    if (tookUs > stream.limitUs + givenUpWithinUs) tally.add('lasted longer than the limit allows');
  }
  return tally.doubts('slot', ` of ${stream.name}`);
}

function connectDoubts({ connects, stack, header }: Run): string[] {
  const tally = new Tally();
  // Sessions that stay open go to an instance itself.
  const instances = stack?.instances.map(({ name }) => name) ?? [];
  const ways = new Set([...(stack?.poolers ?? []), ...(stack?.streams.map(({ name }) => name) ?? []), ...instances]);
  const isKnown = connects.paths.map((name) => ways.has(name));
  const { writers, openSessions = 0 } = header.load as { writers?: number; openSessions?: number };
  const clients = writers === undefined ? Number.POSITIVE_INFINITY : writers + openSessions;
  const timeout = connects.errors.indexOf(timedOut);
  for (let i = 0; i < connects.n; i++) {
    if (!isKnown[connects.path[i]!]) tally.add('through something that the stack does not have');
    if (connects.client[i]! >= clients) tally.add('by a client that the load does not have');
    const isOk = connects.outcome[i] === slotOk;
    const isTimeout = connects.outcome[i] === slotTimeout;
    if (isOk !== connects.error[i]! < 0) tally.add(isOk ? 'made with an error' : 'failed without an error');
    if (isTimeout !== (connects.error[i]! >= 0 && connects.error[i] === timeout))
      tally.add('whose outcome and error disagree about a timeout');
    const tookUs = connects.doneUs[i]! - connects.startUs[i]!;
    if (tookUs < 0) tally.add('ended before they began');
    else if (isOk && tookUs < leastUs.login) tally.add('made faster than can be');
  }
  return tally.doubts('connection');
}
