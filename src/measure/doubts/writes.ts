/** Whether the writes of the load are all there, and each says what an honest one would. */
import { sentUsOf } from '../../journal/columns/ops.ts';
import { rangeOf } from '../../journal/columns/table.ts';
import { outcomes, slotOutcomes } from '../../journal/event.ts';
import type { Ops, Run } from '../../journal/run.ts';
import { instancesByAddress } from '../instances.ts';
import { counted, few, inSeconds, ms } from '../measured.ts';
import { byPlace, turnsOf } from '../writes/turns.ts';
import { loadTimes } from './course.ts';

const okLocal = outcomes.indexOf('okLocal');
const connected = slotOutcomes.indexOf('ok');
const leastSilenceUs = 2_000_000;
/** Arrivals are random: a pause of this many mean distances comes once in 500 million. */
const distances = 20;

export function writeDoubts(run: Run): string[] {
  const { ops } = run;
  if (ops.n === 0) return ['no write was made: nothing was at stake'];
  return [
    ...loadDoubts(run),
    ...numberDoubts(run),
    ...timeDoubts(run),
    ...edgeDoubts(run),
    ...rowDoubts(run),
    ...lsnDoubts(ops),
    ...leapDoubts(ops),
    ...unconnected(run),
  ];
}

/** Arrivals are random: a deviation of this many standard deviations is none of chance. */
const deviations = 8;

/** As many writes were due as the load says. */
function loadDoubts(run: Run): string[] {
  const times = loadTimes(run);
  const rate = Number(run.header.load.ratePerSecond ?? Number.NaN);
  const { writers, giveUpMs } = run.header.load;
  if (writers === undefined || Number.isNaN(rate) || typeof giveUpMs !== 'number')
    return ['the journal does not describe the load'];
  if (!times) return [];
  const expected = (rate * (times.untilUs - times.fromUs)) / 1e6;
  if (Math.abs(run.ops.n - expected) <= 10 + deviations * Math.sqrt(Math.max(0, expected))) return [];
  return [
    `${counted(run.ops.n, 'write')} were due, but at ${rate} a second about ${expected.toFixed(0)} should have been`,
  ];
}

/** A client logs in before a write of it can be acknowledged. */
function unconnected({ ops, connects }: Run): string[] {
  const sinceUs: number[] = [];
  for (let i = 0; i < connects.n; i++) {
    if (connects.outcome[i] !== connected) continue;
    const [client, us] = [connects.client[i]!, connects.doneUs[i]!];
    if (us < (sinceUs[client] ?? Number.POSITIVE_INFINITY)) sinceUs[client] = us;
  }
  const without = new Set<number>();
  for (let row = 0; row < ops.n; row++) {
    if (ops.outcome[row]! > okLocal) continue;
    const us = sinceUs[ops.worker[row]!];
    if (us === undefined || us > sentUsOf(ops, row)) without.add(ops.worker[row]!);
  }
  return without.size > 0
    ? [`${counted(without.size, 'client')} had writes acknowledged without having logged in before`]
    : [];
}

/** Fewer clients than this may be silent beyond what chance explains. */
const leastSilent = 5;

/** Workers number their writes 0, 1, 2 …; what is missing in between was made, and is not in the journal. */
function numberDoubts({ ops, header }: Run): string[] {
  const { gaps, disordered } = breaksOf(ops);
  const clients = turnsOf(ops).workers.length;
  const { writers, openSessions = 0 } = header.load as { writers?: number; openSessions?: number };
  const expected = writers === undefined ? undefined : writers + openSessions;
  const rate = Number(header.load.ratePerSecond ?? Number.NaN);
  // With a handful of writes for each worker, some have had no turn: so many by chance.
  const silent = expected === undefined || !(rate > 0) ? 0 : expected - clients;
  const byChance = expected === undefined ? 0 : expected * Math.exp(-ops.n / expected);
  const many =
    silent > 0 && (ops.n > expected! * distances || silent > leastSilent + byChance + deviations * Math.sqrt(byChance));
  return [
    ...(gaps.length > 0 ? [`writes are missing from the journal, such as ${few(gaps)}`] : []),
    ...(disordered.length > 0 ? [`writes were due before the one before them: ${few(disordered)}`] : []),
    ...(many ? [`${counted(clients, 'client')} wrote, but the load has ${expected}`] : []),
    ...(expected !== undefined && clients > expected ? [`more clients wrote than the load has: ${clients}`] : []),
  ];
}

/** As `worker/op`: the first write of each gap, and each write that was due before the one before it. */
function breaksOf(ops: Ops): { readonly gaps: string[]; readonly disordered: string[] } {
  const { n, worker, op, dueUs } = ops;
  const { order, places, workers } = turnsOf(ops);
  const lastOp = new Int32Array(workers.length).fill(-1);
  const lastUs = new Float64Array(workers.length).fill(Number.NEGATIVE_INFINITY);
  const gaps: { readonly place: number; readonly op: number }[] = [];
  const disordered: typeof gaps = [];
  for (let i = 0; i < n; i++) {
    const row = order ? order[i]! : i;
    const place = places[worker[row]!]!;
    const expected = lastOp[place]! + 1;
    if (op[row]! > expected) gaps.push({ place, op: expected });
    if (dueUs[row]! < lastUs[place]!) disordered.push({ place, op: op[row]! });
    lastOp[place] = op[row]!;
    lastUs[place] = dueUs[row]!;
  }
  const named = (found: typeof gaps) => byPlace(found).map(({ place, op }) => `${workers[place]}/${op}`);
  return { gaps: named(gaps), disordered: named(disordered) };
}

/** The load is open: writes come due from the steady state until it is stopped, whatever becomes of them. */
function timeDoubts(run: Run): string[] {
  const times = loadTimes(run);
  if (!times) return [];
  const rate = Number(run.header.load.ratePerSecond ?? Number.NaN);
  const binUs = Math.max(leastSilenceUs, rate > 0 ? (distances * 1e6) / rate : 0) / 2;
  const bins = Math.max(1, Math.floor((times.untilUs - times.fromUs) / binUs));
  const hasDue = new Uint8Array(bins);
  const { n, dueUs } = run.ops;
  for (let row = 0; row < n; row++) {
    const bin = Math.floor((dueUs[row]! - times.fromUs) / binUs);
    if (bin >= 0 && bin < bins) hasDue[bin] = 1;
  }
  // Two bins in a row: a pause of both.
  const silent = hasDue.findIndex((any, bin) => any === 0 && (hasDue[bin + 1] ?? (bins === 1 ? 0 : 1)) === 0);
  if (silent < 0) return [];
  const again = hasDue.findIndex((any, bin) => bin > silent && any === 1);
  const seconds = ((again < 0 ? bins : again) - silent) * (binUs / 1e6);
  const fromUs = times.fromUs + silent * binUs;
  return [`the load paused: no write was due for about ${seconds.toFixed(0)} s from ${inSeconds(ms(fromUs))} s on`];
}

/** The load runs between the steady phase and the end; its first and last writes lie within, but for a moment. */
const edgeUs = 1_000_000;

function edgeDoubts(run: Run): string[] {
  const times = loadTimes(run);
  if (!times) return [];
  const [firstUs, lastUs] = rangeOf(run.ops.dueUs);
  return [
    ...(firstUs < times.fromUs - edgeUs ? ['writes were due before the load began'] : []),
    ...(lastUs > times.untilUs + edgeUs ? ['writes were due after the load was stopped'] : []),
  ];
}

/** Every acknowledged write says who took it; a write without an acknowledgement cannot. */
function rowDoubts(run: Run): string[] {
  const { ops } = run;
  const byAddress = instancesByAddress(run);
  const isKnown = ops.servers.map((address) => byAddress.has(address));
  const wrong = { timeline: 0, server: 0, lsn: 0, sent: 0, early: 0, unasked: 0, strange: new Set<string>() };
  for (let row = 0; row < ops.n; row++) {
    const server = ops.server[row]!;
    const after = ops.sentAfterUs[row]!;
    if ((after >= 0 && after < ops.lateUs[row]!) || ops.lateUs[row]! < 0) wrong.early++;
    if (ops.outcome[row]! > okLocal) {
      if (server >= 0 || ops.timeline[row]! > 0 || ops.lsn[row]! > 0) wrong.unasked++;
      continue;
    }
    if (!(ops.timeline[row]! > 0)) wrong.timeline++;
    if (server < 0) wrong.server++;
    else if (!isKnown[server]) wrong.strange.add(ops.servers[server]!);
    if (!(ops.lsn[row]! > 0)) wrong.lsn++;
    if (!(ops.doneUs[row]! >= sentUsOf(ops, row))) wrong.sent++;
  }
  const acknowledged = (n: number, what: string): string[] =>
    n > 0 ? [`${counted(n, 'acknowledged write')} ${what}`] : [];
  return [
    ...acknowledged(wrong.timeline, 'without a timeline'),
    ...acknowledged(wrong.server, 'without the server that took it'),
    ...acknowledged(wrong.lsn, 'without a position in the WAL'),
    ...acknowledged(wrong.sent, 'not sent before it was acknowledged'),
    ...(wrong.early > 0 ? [`${counted(wrong.early, 'write')} was sent before it was started`] : []),
    ...(wrong.unasked > 0
      ? [`${counted(wrong.unasked, 'write')} without an acknowledgement, but with the server that took it`]
      : []),
    ...(wrong.strange.size > 0
      ? [`writes were acknowledged by ${few([...wrong.strange])}, which is not an instance of the stack`]
      : []),
  ];
}

const bucketUs = 100_000;

/** The WAL only grows: a write sent after another was acknowledged on its timeline has a later position. */
function lsnDoubts({ n, outcome, timeline, dueUs, sentAfterUs, doneUs, lsn }: Ops): string[] {
  const timelines: Float64Array[] = [];
  const [firstUs, lastUs] = rangeOf(doneUs);
  const buckets = 2 + Math.ceil((lastUs - firstUs) / bucketUs);
  let highest: Float64Array = new Float64Array();
  let of = Number.NaN;
  for (let row = 0; row < n; row++) {
    if (outcome[row]! > okLocal) continue;
    // Most writes are of the timeline of the one before.
    if (timeline[row] !== of) {
      of = timeline[row]!;
      highest = timelines[of] ??= new Float64Array(buckets);
    }
    // What was done within a bucket is known to precede only what was sent after it.
    const next = Math.floor((doneUs[row]! - firstUs) / bucketUs) + 1;
    const at = lsn[row]!;
    if (at > highest[next]!) highest[next] = at;
  }
  for (const highest of timelines)
    for (let i = 1; highest && i < buckets; i++) highest[i] = Math.max(highest[i]!, highest[i - 1]!);
  let backwards = 0;
  for (let row = 0; row < n; row++) {
    const us = dueUs[row]! + sentAfterUs[row]!;
    // Before the first answer nothing is known.
    if (outcome[row]! > okLocal || sentAfterUs[row]! < 0 || us < firstUs) continue;
    if (timeline[row] !== of) {
      of = timeline[row]!;
      highest = timelines[of]!;
    }
    const at = lsn[row]!;
    if (at > 0 && at < highest[Math.floor((us - firstUs) / bucketUs)]!) backwards++;
  }
  return backwards > 0
    ? [`${counted(backwards, 'acknowledged write')} with a position in the WAL before that of earlier ones`]
    : [];
}

/** WAL comes in segments of 16 MB, of which a switch skips the rest. Faster than this no server of a drill writes it. */
const leapBytes = 128 * 1024 ** 2;
const bytesPerUs = 200;

/** Between two acknowledgements on one timeline the WAL does not leap. */
function leapDoubts({ n, outcome, timeline, lsn, doneUs }: Ops): string[] {
  const lasts: { lsn: number; us: number }[] = [];
  let last = { lsn: 0, us: 0 };
  let of = 0;
  let leaps = 0;
  for (let row = 0; row < n; row++) {
    if (outcome[row]! > okLocal || timeline[row]! <= 0) continue;
    const at = lsn[row]!;
    const us = doneUs[row]!;
    if (timeline[row] !== of) {
      of = timeline[row]!;
      last = lasts[of] ??= { lsn: at, us };
    }
    if (at - last.lsn > leapBytes + bytesPerUs * Math.max(0, us - last.us)) leaps++;
    if (at > last.lsn) last.lsn = at;
    if (us > last.us) last.us = us;
  }
  return leaps > 0 ? [`the WAL leaps before ${counted(leaps, 'acknowledged write')}`] : [];
}
