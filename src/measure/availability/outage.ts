/** How long clients were down: the episodes of the streams, turned into the measures that limits name. */
import type { Run, Slots } from '../../journal/run.ts';
import { counted, measured, ms, unmeasurable } from '../measured.ts';
import type { MetricName } from '../metrics.ts';
import type { Episode, Measured } from '../verdict.ts';
import { blindShare } from './blind.ts';
import { episodesOn, goodForUs, longest } from './episodes.ts';
import { faultWindows } from './fault-windows.ts';

/** Where the harness was blind for more than this share of the time, it measures itself rather than the system. */
export const blindShareMax = 0.05;

/** A stream that ends so much earlier than another has not seen everything. */
const endsTogetherUs = 2_000_000;

interface Path {
  readonly metric: MetricName;
  readonly what: string;
  readonly belongs: (slots: Slots) => boolean;
}
const paths: readonly Path[] = [
  {
    metric: 'writeOutageMs',
    what: 'writes through a pooler',
    belongs: ({ stream }) => stream.path === 'pooler' && !stream.fresh,
  },
  {
    metric: 'directOutageMs',
    what: 'direct writes',
    belongs: ({ stream }) => stream.path === 'direct' && !stream.fresh,
  },
  { metric: 'readOutageMs', what: 'reads', belongs: ({ stream }) => stream.path === 'readonly' && !stream.fresh },
  {
    metric: 'freshWriteOutageMs',
    what: 'writes over fresh connections',
    belongs: ({ stream }) => stream.path === 'pooler' && stream.fresh,
  },
];

/** `writeOutageMs`, `directOutageMs`, `readOutageMs`, `freshWriteOutageMs`: the longest episode of the slowest stream. */
export const outages = (run: Run): Measured[] => paths.map((path) => longestOf(run, path));

/** `writeDowntimeMs`: all episodes since the first fault of the pooler's write stream that has the largest sum. */
export function writeDowntime(run: Run): Measured {
  const metric = 'writeDowntimeMs';
  const slots = [...run.slots.values()].filter(paths[0]!.belongs);
  const why = whyNoOutage(run, slots);
  if (why) return unmeasurable(metric, why);
  const sums = slots.map(({ stream }) => ({
    ...sumOf(sinceFault(run, episodesOn(run, stream.name))),
    stream: stream.name,
  }));
  const worst = sums.sort((a, b) => b.value - a.value)[0]!;
  const note =
    worst.episodes.length === 0 ? 'no impact' : `${worst.stream}; ${counted(worst.episodes.length, 'episode')}`;
  const upper = sums.some((sum) => sum.upper === null) ? null : Math.max(...sums.map((sum) => sum.upper!));
  const evidence = worst.episodes.flatMap((episode) => episode.evidence);
  return measured(metric, {
    value: worst.value,
    lower: Math.max(...sums.map((sum) => sum.lower)),
    upper,
    evidence,
    note,
  });
}

/** Without those that were over before the first fault: they are not its doing. */
function sinceFault<E extends Episode>(run: Run, some: readonly E[]): readonly E[] {
  const fault = faultWindows(run)[0];
  return fault ? some.filter(({ startUs, lastedUs }) => startUs + lastedUs > fault.inject.lo) : some;
}

export const poolerStreams = (run: Run): Slots[] => [...run.slots.values()].filter(paths[0]!.belongs);
export const directStreams = (run: Run): Slots[] => [...run.slots.values()].filter(paths[1]!.belongs);

function longestOf(run: Run, { metric, what, belongs }: Path): Measured {
  const slots = [...run.slots.values()].filter(belongs);
  const why = slots.length === 0 ? `no stream of probes for ${what}` : whyNoOutage(run, slots);
  if (why) return unmeasurable(metric, why);
  const found = slots.flatMap(({ stream }) => episodesOn(run, stream.name));
  const worst = longest(found);
  if (!worst) return measured(metric, { value: 0, lower: 0, upper: 0, note: 'no impact' });
  // The longest of several uncertain durations is at least the largest lower end, and at most the largest upper end.
  const lower = Math.max(...found.map(({ lastedUs, minusUs }) => lastedUs - minusUs));
  const upper = Math.max(...found.map(({ lastedUs, plusUs }) => lastedUs + plusUs));
  const cut = found.find(({ cutBy }) => cutBy !== undefined);
  const times = sinceFault(run, episodesOn(run, worst.stream)).length;
  const note = [worst.stream, times > 1 ? `the longest of ${times} episodes` : '', cut ? cutNotes[cut.cutBy!] : ''];
  return measured(metric, {
    value: ms(worst.lastedUs),
    lower: ms(lower),
    upper: cut ? null : ms(upper),
    evidence: worst.evidence,
    note: note.filter((part) => part !== '').join('; '),
  });
}

const cutNotes = {
  end: `a lower bound: the run ended before ${goodForUs / 1e6} s of good answers`,
  heal: 'a lower bound: the fault was healed before clients had recovered',
} as const;

/** Why nothing can be said about these streams, in words. */
export function whyNoOutage(run: Run, slots: readonly Slots[]): string | undefined {
  const silent = slots.find(({ n }) => n === 0);
  if (silent || slots.length === 0) return `no probes of ${silent?.stream.name ?? 'a pooler'}`;
  const share = blindShare(run);
  if (share > blindShareMax)
    return `the load generator itself stood still for ${(100 * share).toFixed(0)} % of the time`;
  const lastUs = Math.max(...[...run.slots.values()].filter(({ n }) => n > 0).map(lastDueUs));
  const short = slots.find((one) => lastDueUs(one) < lastUs - endsTogetherUs);
  if (short)
    return `the probes of ${short.stream.name} ended ${ms(lastUs - lastDueUs(short)) / 1000} s before the others`;
  const fault = faultWindows(run).at(-1);
  if (fault && lastUs < fault.inject.hi + goodForUs) return 'the probes ended less than 10 s after the fault';
  return undefined;
}

const lastDueUs = ({ dueUs, n }: Slots): number => dueUs[n - 1]!;

function sumOf(some: readonly Episode[]) {
  const sum = (of: (episode: Episode) => number): number => ms(some.reduce((total, episode) => total + of(episode), 0));
  const isCut = some.some(({ cutBy }) => cutBy !== undefined);
  return {
    episodes: some,
    value: sum(({ lastedUs }) => lastedUs),
    lower: sum(({ lastedUs, minusUs }) => lastedUs - minusUs),
    upper: isCut ? null : sum(({ lastedUs, plusUs }) => lastedUs + plusUs),
  };
}
