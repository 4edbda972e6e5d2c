/** When no standby was synchronous: surely, and possibly. */
import { contractOf } from '../../faults/index.ts';
import type { EventOf } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { type Interval, interval } from '../interval.ts';
import { once } from '../once.ts';

type Look = EventOf<'replica'>;

export interface Unprotected {
  /** Between looks that all found that the primary had no synchronous standby. */
  readonly certain: readonly Interval[];
  /** From the last look that found one to the next that did. */
  readonly possible: readonly Interval[];
}

/** One look at every instance. Its answers are of some moments between `fromUs` and `untilUs`. */
interface Round {
  readonly fromUs: number;
  readonly untilUs: number;
  readonly looks: readonly Look[];
}

/** Whether it takes an instance away, on a stack where nothing starts it again: while it lasts that holds no new write. */
function takesAway(fault: string): boolean {
  const instance = contractOf(fault)?.instance;
  return instance !== undefined && instance !== 'stopped';
}

/**
 * A standby that did not answer may have been synchronous all the same, and one look may be older than it seems: both are
 * *possible* only. It is *certain* where the primary itself answered and had none, or where the drill had taken the standby away.
 */
export const withoutSynchronous = once((run: Run): Unprotected => {
  const certain: Interval[] = [];
  const possible: Interval[] = [];
  let lastAnyUs: number | undefined;
  let open: { readonly fromUs: number; untilUs: number } | undefined;
  let bare: { readonly untilUs: number; latestUs: number } | undefined;
  const closeBare = (): void => {
    if (bare && bare.latestUs > bare.untilUs) certain.push(interval(bare.untilUs, bare.latestUs));
    bare = undefined;
  };
  for (const round of roundsOf(run.replicas)) {
    const standbys = round.looks.filter(({ syncState }) => syncState !== 'primary');
    if (standbys.length === 0) continue;
    if (standbys.some(isSynchronous)) {
      if (open) possible.push(interval(open.fromUs, round.untilUs));
      closeBare();
      [open, lastAnyUs] = [undefined, round.untilUs];
      continue;
    }
    open ??= { fromUs: lastAnyUs ?? round.fromUs, untilUs: round.untilUs };
    if (!standbys.every((look) => isSurelyNot(run, look, round))) closeBare();
    else if (bare) bare.latestUs = Math.max(bare.latestUs, round.fromUs);
    else bare = { untilUs: round.untilUs, latestUs: round.untilUs };
  }
  if (open) possible.push(interval(open.fromUs, run.lastUs));
  closeBare();
  return { certain, possible };
});

function roundsOf(looks: readonly Look[]): Round[] {
  const rounds: Round[] = [];
  let current: Look[] = [];
  const close = (): void => {
    if (current.length === 0) return;
    const untilUs = Math.max(...current.map(({ tUs }) => tUs));
    const before = rounds.at(-1)?.untilUs ?? Math.min(...current.map(({ tUs }) => tUs));
    rounds.push({ fromUs: Math.min(...current.map(({ afterUs }) => afterUs ?? before)), untilUs, looks: current });
    current = [];
  };
  for (const look of looks) {
    if (current.some(({ instance }) => instance === look.instance)) close();
    current.push(look);
  }
  close();
  return rounds;
}

const names: ReadonlySet<string> = new Set(['sync', 'quorum']);

const isSynchronous = ({ streaming, syncState }: Look): boolean => streaming && names.has(syncState);

function isSurelyNot(run: Run, { instance, syncState, primarySays, tUs }: Look, { looks }: Round): boolean {
  if (primarySays !== undefined) return !names.has(primarySays);
  if (syncState === 'unreachable') return isTakenAway(run, instance, tUs);
  return !names.has(syncState) && looks.some((look) => look.syncState === 'primary');
}

/** Taken away by the drill by then, and not yet given back. */
const isTakenAway = (run: Run, instance: string, atUs: number): boolean =>
  faultWindows(run).some(
    ({ fault, hits, effective, heal }) =>
      run.header.stack === 'lab' &&
      takesAway(fault) &&
      hits.includes(instance) &&
      effective !== undefined &&
      effective.hi <= atUs &&
      atUs < (heal?.lo ?? Number.POSITIVE_INFINITY),
  );
