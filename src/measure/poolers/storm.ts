/**
 * A storm: a pooler opens far more server connections than its pool holds. That the server refuses log-ins is a measure of
 * its own: they may be refused because the connections are held, without any storm. A hold: a pooler opens too few, while
 * the server is available. Both are counted from the recovery of the direct stream: attempts before it
 * meet nobody, and a pooler that knocks once a second through a long outage makes no storm.
 */
import type { Run } from '../../journal/run.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { comparableRecoveries, type Recoveries, recoveries } from '../availability/recoveries.ts';
import { inSeconds, measured, ms, unmeasurable } from '../measured.ts';
import type { Measured } from '../verdict.ts';
import { type Drained, drains } from './drain.ts';
import { cutsWithin, gapsBetween, type LogCuts, whyCut } from './log-cuts.ts';
import { connectedSince, connectsWithin, lookUs, type Pooler, poolersOf, poolSizeOf, whyNotWatched } from './pools.ts';

/** More than this many times the pool is a storm. */
const stormAbove = 2;
const holdAboveMs = 2_000;
const secondUs = 1_000_000;

interface Amplified {
  readonly drained: Drained;
  readonly connects: number;
  readonly ratio: number;
  /** Whether its log lacks lines of that time: there may have been more. */
  readonly isCut: boolean;
}

/** @returns why it is not measurable, where it is not */
function amplified(run: Run): readonly Amplified[] | string {
  const found = drains(run);
  if (typeof found === 'string') return found;
  const size = poolSizeOf(run);
  if (size === undefined) return 'the size of the pool is not known';
  return found.map((drained) => {
    const { pooler, from, calmUs, watchedUntilUs } = drained;
    const untilUs = Number.isNaN(calmUs) ? watchedUntilUs : calmUs;
    const connects = connectsWithin(pooler, from.lo - lookUs, untilUs);
    const isCut = cutsWithin(pooler.cuts, from.lo - lookUs, untilUs).length > 0;
    return { drained, connects, ratio: connects / size, isCut };
  });
}

/** Why there may have been more connections; undefined where there were not. */
function moreBecause(run: Run, found: readonly Amplified[]): string | undefined {
  const cut = found.filter(({ isCut }) => isCut).map(({ drained }) => drained);
  return whyCut(
    run,
    cut.map(({ pooler }) => pooler.name),
    Math.min(...cut.map(({ from }) => from.lo)) - lookUs,
    Math.max(...cut.map(({ calmUs, watchedUntilUs }) => (Number.isNaN(calmUs) ? watchedUntilUs : calmUs))),
  );
}

/** `connectAmplification` = server connections that a pooler opened until it was calm ÷ size of its pool; the worst. */
export function connectAmplification(run: Run): Measured {
  const metric = 'connectAmplification';
  const found = amplified(run);
  if (typeof found === 'string') return unmeasurable(metric, found);
  const worst = Math.max(...found.map(({ ratio }) => ratio));
  const cut = found.some(({ drained, isCut }) => isCut || Number.isNaN(drained.calmUs));
  const all = found.reduce((sum, { connects }) => sum + connects, 0);
  const each = found.map(({ drained, connects }) => `${drained.pooler.name} ${connects}`).join(', ');
  const evidence = found.flatMap(({ drained }) => evidenceOf(drained));
  const note = joined(`connections opened until calm: ${each}, together ${all}`, moreBecause(run, found));
  return measured(metric, { value: worst, lower: worst, upper: cut ? null : worst, evidence, note });
}

/** `stormMs`: from the server's return until the last pooler was calm, if that was a storm; else 0. */
export function storm(run: Run): Measured {
  const metric = 'stormMs';
  const found = amplified(run);
  if (typeof found === 'string') return unmeasurable(metric, found);
  const worst = Math.max(...found.map(({ ratio }) => ratio));
  const what = `${worst.toFixed(2)} × the pool opened`;
  const more = moreBecause(run, found);
  if (worst <= stormAbove) {
    const cut = found.some(({ drained, isCut }) => isCut || Number.isNaN(drained.calmUs));
    const note = more ? `no storm is certain: at least ${what}; ${more}` : `no storm: ${what}`;
    return measured(metric, { value: 0, lower: 0, upper: cut ? null : 0, note });
  }
  const cut = found.some(({ drained }) => Number.isNaN(drained.calmLatestUs));
  const lasted = found.map(({ drained: { from, calmUs, calmLatestUs, watchedUntilUs } }) => {
    const endUs = Number.isNaN(calmUs) ? watchedUntilUs : calmUs;
    const latestUs = Number.isNaN(calmLatestUs) ? watchedUntilUs : calmLatestUs;
    return { value: ms(endUs - from.hi), lower: ms(endUs - lookUs - from.hi), upper: ms(latestUs + lookUs - from.lo) };
  });
  const most = (of: (one: (typeof lasted)[number]) => number): number => Math.max(0, ...lasted.map(of));
  return measured(metric, {
    value: most(({ value }) => value),
    lower: most(({ lower }) => lower),
    upper: cut ? null : most(({ upper }) => upper),
    evidence: found.flatMap(({ drained }) => evidenceOf(drained)),
    note: joined(`a storm: ${what}`, more),
  });
}

interface Hold {
  readonly pooler: Pooler;
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  /** Whether lines were left out of its log meanwhile: it may have opened something. */
  readonly isCut: boolean;
}

/** `holdMs`: the longest time that a pooler opened nothing between the server's return and its own; 0 without a hold. */
export function hold(run: Run): Measured {
  const metric = 'holdMs';
  const found = comparableRecoveries(run);
  if (typeof found === 'string') return unmeasurable(metric, found);
  const poolers = poolersOf(run);
  if (whyNotWatched(run) || poolers.some(({ hasLog }) => !hasLog))
    return unmeasurable(metric, whyNotWatched(run) ?? 'the log of a pooler was not seen');
  // A pooler that was killed or paused opens nothing, and holds no client back on its own.
  const broken = new Set(faultWindows(run).flatMap(({ hits }) => hits));
  const whole = poolers.filter(({ name }) => !broken.has(name));
  if (whole.length === 0) return unmeasurable(metric, 'every pooler was broken by the drill itself');
  const holds = whole.flatMap((pooler) => holdOf(pooler, found));
  if (holds.length === 0) return measured(metric, { value: 0, lower: 0, upper: 0, note: 'no hold' });
  const cut = found.direct.isBound || found.poolers.some(({ isBound }) => isBound);
  const certain = holds.filter(({ value }) => value > 0);
  const shown = certain
    .map(({ pooler, value }) => `${pooler.name} opened nothing for ${inSeconds(value)} s`)
    .join(', ');
  const note = joined(
    certain.length > 0 ? `a hold: ${shown}` : 'no hold is certain',
    whyCut(
      run,
      holds.filter(({ isCut }) => isCut).map(({ pooler }) => pooler.name),
      found.direct.atUs,
    ),
  );
  return measured(metric, {
    value: Math.max(...holds.map(({ value }) => value)),
    lower: Math.max(...holds.map(({ lower }) => lower)),
    upper: cut ? null : Math.max(...holds.map(({ upper }) => upper)),
    evidence: holds.flatMap(({ pooler }) => pooler.connects.slice(0, 1).map(({ seq }) => seq)),
    note,
  });
}

/**
 * The longest time between the direct stream's return and the pooler's own in which this had no server connection and opened
 * none, if it is more than 2 s. One that has them and whose clients still wait too long has a queue, or a slow server, and
 * holds nobody back; nor does one that tries again and again.
 */
function holdOf(pooler: Pooler, { fault, direct, poolers }: Recoveries): Hold[] {
  const own = poolers.find(({ stream }) => stream === pooler.name);
  if (!own) return [];
  const untilUs = Math.min(own.atUs, connectedSince(pooler, fault.inject.lo, own.atUs) ?? own.atUs);
  const opened = pooler.connects.map(({ atUs }) => atUs).filter((atUs) => atUs > direct.atUs && atUs < untilUs);
  const longest = (cuts: LogCuts): number =>
    ms(Math.max(...gapsBetween(direct.atUs, untilUs, opened, cuts).map((gap) => gap.untilUs - gap.fromUs)));
  const most = longest([]);
  if (most <= holdAboveMs) return [];
  const isCut = cutsWithin(pooler.cuts, direct.atUs, untilUs).length > 0;
  const certain = isCut ? longest(pooler.cuts) : most;
  const value = certain > holdAboveMs ? certain : 0;
  const slack = ms(direct.at.hi - direct.at.lo + lookUs);
  return [{ pooler, value, lower: value - slack > holdAboveMs ? value - slack : 0, upper: most + slack, isCut }];
}

/** `peakServerConnectsPerSecond`: the most server connections that all poolers together opened in any one second. */
export function peakServerConnects(run: Run): Measured {
  const metric = 'peakServerConnectsPerSecond';
  const poolers = poolersOf(run);
  if (whyNotWatched(run) || poolers.some(({ hasLog }) => !hasLog))
    return unmeasurable(metric, whyNotWatched(run) ?? 'the log of a pooler was not seen');
  const fault = recoveries(run);
  const fromUs = typeof fault === 'string' ? 0 : fault.fault.inject.lo - lookUs;
  const within = (widthUs: number) => (some: readonly Pooler[]) => peak(some, fromUs, widthUs);
  const each = poolers.map((pooler) => `${pooler.name} ${within(secondUs)([pooler])}`).join(', ');
  const more = whyCut(
    run,
    poolers.map(({ name }) => name),
    fromUs,
  );
  return measured(metric, {
    value: within(secondUs)(poolers),
    lower: within(secondUs - lookUs)(poolers),
    upper: more ? null : within(secondUs + lookUs)(poolers),
    note: joined(`each pooler: ${each}`, more),
  });
}

function peak(poolers: readonly Pooler[], fromUs: number, widthUs: number): number {
  const all = poolers.flatMap(({ connects }) => connects.filter(({ atUs }) => atUs >= fromUs));
  const times = all.sort((a, b) => a.atUs - b.atUs);
  let [most, sum, first] = [0, 0, 0];
  for (const { atUs, n } of times) {
    sum += n;
    while (times[first]!.atUs <= atUs - widthUs) sum -= times[first++]!.n;
    most = Math.max(most, sum);
  }
  return most;
}

const joined = (note: string, more: string | undefined): string => (more ? `${note}; ${more}` : note);

const evidenceOf = ({ pooler, from, calmUs, watchedUntilUs }: Drained): number[] => {
  const untilUs = Number.isNaN(calmUs) ? watchedUntilUs : calmUs;
  const seqs = pooler.connects.filter(({ atUs }) => atUs >= from.lo - lookUs && atUs < untilUs).map(({ seq }) => seq);
  return [...seqs.slice(0, 1), ...seqs.slice(-1)];
};
