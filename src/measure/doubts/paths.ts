/** The probes of a path against the clients that write through it: two witnesses of one thing. */
import { isDatabaseWrite, outcomes, slotOutcomes } from '../../journal/event.ts';
import type { Run, Slots } from '../../journal/run.ts';
import { isGood, timedEpisodes } from '../availability/episodes.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { inSeconds, ms } from '../measured.ts';

const okLocal = outcomes.indexOf('okLocal');
const failed = slotOutcomes.indexOf('failed');

const binUs = 500_000;
/**
 * Clients may learn this much later than the probes that a path is back: they wait longer for an answer and between two
 * attempts. Beyond it, good probes and clients that all fail contradict each other.
 */
const silentBins = 10;
/** One connection may be refused for as long as this while others last. */
const refusedBins = 10;
/** So many writes have to be due, or acknowledged, before anything is concluded. */
const leastWrites = 3;

/** Half seconds from a moment on. */
interface Bins {
  readonly fromUs: number;
  readonly n: number;
}
const binAt = ({ fromUs, n }: Bins, us: number): number => {
  const bin = Math.floor((us - fromUs) / binUs);
  return bin >= 0 && bin < n ? bin : -1;
};

/** What the clients of one path did in each half second. */
interface Written {
  readonly due: Uint32Array;
  readonly acknowledged: Uint32Array;
}

export const pathDoubts = (run: Run): string[] => [...earlyDoubts(run), ...witnessDoubts(run)];

/** A stream that broke before the first fault broke for another reason, or the fault came earlier than it says. */
const earlyUs = 1_000_000;

function earlyDoubts(run: Run): string[] {
  const faultUs = faultWindows(run)[0]?.inject.lo;
  if (faultUs === undefined) return [];
  return timedEpisodes(run).flatMap(({ startUs, stream }) => {
    const slots = run.slots.get(stream)!;
    const isDown = startUs < faultUs - earlyUs && isWritten(slots) && !wasGood(slots, startUs, faultUs);
    return isDown ? [`${stream} was down ${inSeconds(ms(faultUs - startUs))} s before the first fault`] : [];
  });
}

const isWritten = ({ stream }: Slots): boolean => !stream.fresh && isDatabaseWrite(stream);

/** Whether any slot that was due in between was good: single bad ones are the machine's own. */
function wasGood(slots: Slots, fromUs: number, untilUs: number): boolean {
  for (let row = 0; row < slots.n; row++)
    if (slots.dueUs[row]! >= fromUs && slots.dueUs[row]! < untilUs && isGood(slots, row)) return true;
  return false;
}

function witnessDoubts(run: Run): string[] {
  const streams = [...run.slots.values()].filter(({ stream, n }) => !stream.fresh && stream.path !== 'api' && n > 0);
  if (streams.length === 0) return [];
  const fromUs = Math.min(...streams.map(({ dueUs }) => dueUs[0]!));
  const untilUs = Math.max(...streams.map(({ dueUs, n }) => dueUs[n - 1]!));
  const bins: Bins = { fromUs, n: 1 + Math.max(0, Math.floor((untilUs - fromUs) / binUs)) };
  const written = writtenByPath(run, bins);
  const { profile, backoffMostMs } = run.header.load;
  const waitUs = profile === 'backoff' ? 1000 * Number(backoffMostMs ?? 0) : 0;
  return streams.flatMap((slots) => {
    const clients = written.get(slots.stream.name);
    if (!clients) return [];
    const most = silentBins + Math.ceil(waitUs / binUs);
    return [...silentClients(slots, clients, bins, most), ...refusedProbes(slots, clients, bins)];
  });
}

/** By the names of paths. A client that changed its path belongs to none. */
function writtenByPath({ connects, ops }: Run, bins: Bins): ReadonlyMap<string, Written> {
  const pathOf = new Map<number, number>();
  for (let i = 0; i < connects.n; i++) {
    const [client, path] = [connects.client[i]!, connects.path[i]!];
    pathOf.set(client, pathOf.has(client) && pathOf.get(client) !== path ? -1 : path);
  }
  // Where no client says how it goes, nothing can be compared.
  if (connects.paths.length === 0) return new Map();
  const empty = (): Written => ({ due: new Uint32Array(bins.n), acknowledged: new Uint32Array(bins.n) });
  const byPath = connects.paths.map(empty);
  const none = empty();
  // By worker number: a look-up in a map for each of a million writes is most of this.
  const ofWorker: Written[] = [];
  for (const [client, path] of pathOf) ofWorker[client] = byPath[path] ?? none;
  for (let row = 0; row < ops.n; row++) {
    const { due, acknowledged } = ofWorker[ops.worker[row]!] ?? none;
    const dueBin = binAt(bins, ops.dueUs[row]!);
    if (dueBin >= 0) due[dueBin]!++;
    const doneBin = ops.outcome[row]! <= okLocal ? binAt(bins, ops.doneUs[row]!) : -1;
    if (doneBin >= 0) acknowledged[doneBin]!++;
  }
  return new Map(connects.paths.map((name, i) => [name, byPath[i]!]));
}

/** Half seconds in which there was a slot and every slot is as asked for. */
function binsWhere({ n, dueUs }: Slots, bins: Bins, holds: (row: number) => boolean): Uint8Array {
  const [some, every] = [new Uint8Array(bins.n), new Uint8Array(bins.n).fill(1)];
  for (let row = 0; row < n; row++) {
    const bin = binAt(bins, dueUs[row]!);
    if (bin < 0) continue;
    some[bin] = 1;
    if (!holds(row)) every[bin] = 0;
  }
  return every.map((all, bin) => all & some[bin]!);
}

/** Every probe was answered well, and no client for longer than can be explained. */
function silentClients(slots: Slots, { due, acknowledged }: Written, bins: Bins, most: number): string[] {
  const good = binsWhere(slots, bins, (row) => isGood(slots, row));
  let [length, waiting] = [0, 0];
  for (let bin = 0; bin < bins.n; bin++) {
    const silent = good[bin] === 1 && acknowledged[bin] === 0;
    length = silent ? length + 1 : 0;
    waiting = silent ? waiting + due[bin]! : 0;
    if (length > most && waiting >= leastWrites) {
      const fromUs = bins.fromUs + (bin + 1 - length) * binUs;
      return [
        `the probes of ${slots.stream.name} were good while its clients wrote nothing for ${inSeconds(ms(length * binUs))} s or more from ${inSeconds(ms(fromUs))} s on`,
      ];
    }
  }
  return [];
}

/** Every probe was refused outright, and clients of the same path went on writing. Probes that hang or are late may be one connection’s own trouble. */
function refusedProbes(slots: Slots, { acknowledged }: Written, bins: Bins): string[] {
  const refused = binsWhere(slots, bins, (row) => slots.outcome[row] === failed);
  let [first, last, written] = [-1, -1, 0];
  for (let bin = 0; bin < bins.n; bin++) {
    if (refused[bin] === 0) {
      [first, last, written] = [-1, -1, 0];
      continue;
    }
    if (acknowledged[bin] === 0) continue;
    if (first < 0) first = bin;
    last = bin;
    written += acknowledged[bin]!;
    if (last - first >= refusedBins && written >= leastWrites)
      return [
        `the probes of ${slots.stream.name} were refused while its clients wrote for ${inSeconds(ms((last - first) * binUs))} s or more`,
      ];
  }
  return [];
}
