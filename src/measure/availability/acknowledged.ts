/** When the load's writes were acknowledged: by the pooler that they went through, and all together. */
import { sentUsOf } from '../../journal/columns/ops.ts';
import { isDatabaseWrite, outcomes, slotOutcomes } from '../../journal/event.ts';
import type { Run, Slots } from '../../journal/run.ts';
import type { Interval } from '../interval.ts';
import { ownLoad } from '../own-load.ts';
import { turnsOf } from '../writes/turns.ts';
import type { Events } from './longest-gap.ts';

const okLocal = outcomes.indexOf('okLocal');
const answered = slotOutcomes.indexOf('ok');

/** Writes of clients that were acknowledged through one pooler. */
export interface Through {
  readonly n: number;
  readonly firstUs: number;
  readonly lastUs: number;
  /** When those were acknowledged that lie within the times that were asked for, in order. */
  readonly within: Float64Array;
}

/** What was acknowledged through a pooler. A client that no log-in names is left out. */
export function acknowledgedThrough(run: Run, pooler: string, times: readonly Interval[]): Through {
  const { ops } = run;
  const logins = loginsOf(run);
  const { order, places, workers } = turnsOf(ops);
  const through = workers.map((worker) => {
    const own = logins.get(worker) ?? [];
    return own.some(({ path }) => path === pooler) ? { own, at: 0 } : undefined;
  });
  const within: number[] = [];
  let [n, firstUs, lastUs] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  if (through.every((client) => !client)) return { n, firstUs, lastUs, within: new Float64Array() };
  for (let i = 0; i < ops.n; i++) {
    const row = order ? order[i]! : i;
    const client = through[places[ops.worker[row]!]!];
    if (!client || ops.outcome[row]! > okLocal) continue;
    const { own } = client;
    while (client.at + 1 < own.length && own[client.at + 1]!.atUs <= sentUsOf(ops, row)) client.at++;
    if (own[client.at]!.path !== pooler) continue;
    const us = ops.doneUs[row]!;
    n++;
    firstUs = Math.min(firstUs, us);
    lastUs = Math.max(lastUs, us);
    if (times.some(({ lo, hi }) => lo <= us && us <= hi)) within.push(us);
  }
  return { n, firstUs, lastUs, within: Float64Array.from(within).sort() };
}

/** When each write stream of probes was answered, whether in time or not. */
export function answersOf({ n, outcome, doneUs }: Slots): Float64Array {
  const times = new Float64Array(n);
  let count = 0;
  for (let i = 0; i < n; i++) if (outcome[i] === answered) times[count++] = doneUs[i]!;
  return times.subarray(0, count).sort();
}

/** Every write that was acknowledged, to a client or to a probe that writes. */
export const acknowledgedWrites = ({ ops, slots }: Run): Events[] => [
  { us: ops.doneUs, code: ops.outcome, most: okLocal },
  ...[...slots.values()]
    .filter(({ stream }) => isDatabaseWrite(stream))
    .map(({ doneUs, outcome }) => ({ us: doneUs, code: outcome, most: answered })),
];

interface Login {
  readonly atUs: number;
  readonly path: string;
}

/** The log-ins of each client that succeeded, in order. */
function loginsOf({ connects }: Run): ReadonlyMap<number, readonly Login[]> {
  const logins = new Map<number, Login[]>();
  for (let i = 0; i < connects.n; i++) {
    if (connects.outcome[i] !== answered) continue;
    const client = connects.client[i]!;
    if (!logins.has(client)) logins.set(client, []);
    logins.get(client)!.push({ atUs: connects.doneUs[i]!, path: connects.paths[connects.path[i]!]! });
  }
  for (const own of logins.values()) own.sort((a, b) => a.atUs - b.atUs);
  return logins;
}

/** How many clients went in through each path first; empty where no log-in is known. */
export function clientsOf(run: Run): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [first] of [...loginsOf(ownLoad(run)).values()].map((own) => [own[0]] as const))
    if (first) counts.set(first.path, (counts.get(first.path) ?? 0) + 1);
  return counts;
}
