/** When the load's writes were acknowledged: by the pooler that they went through, and all together. */
import { isDatabaseWrite, outcomes, slotOutcomes } from '../../journal/event.ts';
import type { Run, Slots } from '../../journal/run.ts';
import { once } from '../once.ts';
import { ownLoad } from '../own-load.ts';
import { rowsByWorker } from '../writes/keys.ts';

const okLocal = outcomes.indexOf('okLocal');
const answered = slotOutcomes.indexOf('ok');

/** Of each pooler, when clients got their writes acknowledged through it, in order. A client that no log-in names is left out. */
export const acknowledgedThrough = once((run: Run): ReadonlyMap<string, Float64Array> => {
  const { ops } = run;
  const times = new Map<string, number[]>();
  const logins = loginsOf(run);
  for (const [worker, rows] of rowsByWorker(ops)) {
    const own = logins.get(worker) ?? [];
    let at = 0;
    for (const row of rows) {
      if (ops.outcome[row]! > okLocal) continue;
      while (at + 1 < own.length && own[at + 1]!.atUs <= ops.sentUs[row]!) at++;
      const path = own[at]?.path;
      if (path === undefined) continue;
      if (!times.has(path)) times.set(path, []);
      times.get(path)!.push(ops.doneUs[row]!);
    }
  }
  return new Map([...times].map(([path, all]) => [path, Float64Array.from(all).sort()]));
});

/** When each write stream of probes was answered, whether in time or not. */
export function answersOf({ n, outcome, doneUs }: Slots): Float64Array {
  const times = new Float64Array(n);
  let count = 0;
  for (let i = 0; i < n; i++) if (outcome[i] === answered) times[count++] = doneUs[i]!;
  return times.subarray(0, count).sort();
}

/** When anybody, a client or a probe, got a write acknowledged, in order. */
export function allAcknowledged(run: Run): Float64Array {
  const { ops } = run;
  const probes = [...run.slots.values()].filter(({ stream }) => isDatabaseWrite(stream)).map(answersOf);
  const all = new Float64Array(ops.n + probes.reduce((sum, { length }) => sum + length, 0));
  let n = 0;
  for (let row = 0; row < ops.n; row++) if (ops.outcome[row]! <= okLocal) all[n++] = ops.doneUs[row]!;
  for (const times of probes) {
    all.set(times, n);
    n += times.length;
  }
  return all.subarray(0, n).sort();
}

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
