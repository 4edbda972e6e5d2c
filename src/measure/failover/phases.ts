/**
 * Where the time of an outage went, from the fault to the end of the longest episode of the slowest pooler:
 *
 *     t_F  → detect → elect → promote → route → reconnect → residual →  first good write
 *
 * Each edge is what one observer saw. An edge that nobody saw makes its phase unknown: its time is part of the next.
 */
import type { EventOf } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { longest, type TimedEpisode } from '../availability/episodes.ts';
import type { FaultWindow } from '../availability/fault-windows.ts';
import { episodesAfter, mainFault } from '../availability/impact.ts';
import { poolerStreams } from '../availability/outage.ts';
import { elapsed, type Interval, interval } from '../interval.ts';
import { leaseWaitUs } from '../lease-wait.ts';
import { inSeconds, measured, ms, unmeasurable } from '../measured.ts';
import type { MetricName } from '../metrics.ts';
import { once } from '../once.ts';
import { withoutStandbyUs } from '../standby-wait.ts';
import type { Measured, Phase } from '../verdict.ts';

type Name = Phase['phase'];
const names: readonly Name[] = ['detect', 'elect', 'promote', 'route', 'reconnect', 'residual'];
const metricOf = (phase: Name): MetricName => `${phase}Ms`;

/** What ended a phase: seen by this observer, somewhere in `at`. */
interface Edge {
  readonly observer: string;
  readonly atUs: number;
  readonly at: Interval;
  readonly evidence: readonly number[];
}

interface TimedPhase extends Phase {
  readonly start: Interval;
  readonly end: Interval;
  readonly note: string;
}

/** `detectMs`, `electMs`, `promoteMs`, `routeMs`, `reconnectMs`, `residualMs`. */
export function phaseTimes(run: Run): Measured[] {
  const found = timedPhases(run);
  if (typeof found === 'string') return names.map((name) => unmeasurable(metricOf(name), found));
  return names.map((name) => {
    const phase = found.find((one) => one.phase === name);
    if (!phase) return unmeasurable(metricOf(name), 'nobody saw its end; its time is part of the next phase');
    const { startUs, endUs, start, end, evidence, note } = phase;
    const { lo, hi } = elapsed(start, end);
    const value = ms(endUs - startUs);
    return measured(metricOf(name), {
      value,
      lower: Math.min(value, ms(lo)),
      upper: Math.max(value, ms(hi)),
      evidence,
      note: [note, ...(notesOf[name]?.(run, phase) ?? [])].filter((part) => part !== '').join('; '),
    });
  });
}

/** Standbys are looked at so often: what is shorter may be nothing. */
const lookEveryUs = 500_000;

/** What is left once clients reach the new primary is often its own wait. */
function standbyNote(run: Run, { startUs, endUs }: Phase): string[] {
  const waitedUs = withoutStandbyUs(run, startUs, endUs);
  if (waitedUs < lookEveryUs) return [];
  return [`for ${inSeconds(ms(waitedUs))} s of it no standby streamed, and a commit waits for one`];
}

/** A standby that was chosen is promoted only once the lease is its own. */
function leaseNote(run: Run, { startUs, endUs }: Phase): string[] {
  const waitedUs = leaseWaitUs(run, startUs, endUs);
  return waitedUs > 0 ? [`for ${inSeconds(ms(waitedUs))} s of it the lease had not passed on`] : [];
}

const notesOf: Partial<Record<Name, (run: Run, phase: Phase) => string[]>> = {
  promote: leaseNote,
  residual: standbyNote,
};

/** The phases for reports, in order and without gaps; none where there was no outage after a fault. */
export function phases(run: Run): Phase[] {
  const found = timedPhases(run);
  if (typeof found === 'string') return [];
  return found.map(({ phase, startUs, endUs, observer, evidence }) => ({ phase, startUs, endUs, observer, evidence }));
}

/** The phases, or why there are none. */
const timedPhases = once((run: Run): readonly TimedPhase[] | string => {
  const fault = mainFault(run);
  if (!fault) return 'no fault was injected';
  const episode = longest(poolerStreams(run).flatMap(({ stream }) => episodesAfter(run, fault, stream.name)));
  if (!episode) return 'no pooler was down';
  if (episode.cutBy) return 'the outage had not ended by itself';
  return chained(fault, edgesOf(run, fault, episode), episode);
});

/** Each phase begins where the one before it ended; none is negative, and none outlasts the outage. */
function chained(fault: FaultWindow, edges: ReadonlyMap<Name, Edge>, episode: TimedEpisode): TimedPhase[] {
  const outageEndUs = episode.startUs + episode.lastedUs;
  const found: TimedPhase[] = [];
  let from: Pick<Edge, 'atUs' | 'at'> = { atUs: fault.inject.lo, at: fault.inject };
  let unseen: Name[] = [];
  for (const phase of names) {
    const edge = edges.get(phase);
    if (!edge) {
      unseen.push(phase);
      continue;
    }
    const endUs = Math.min(outageEndUs, Math.max(from.atUs, edge.atUs));
    const notes = [
      ...(unseen.length > 0 ? [`holds ${unseen.join(' and ')} too: nobody saw where it ended`] : []),
      ...(edge.atUs < from.atUs ? ['it had come before the phase began, so the phase counts as nothing'] : []),
    ];
    // An edge that was moved is as sharp as the one that it was moved to.
    const at = endUs === edge.atUs ? edge.at : endUs === from.atUs ? from.at : interval(endUs, endUs);
    const { observer, evidence } = edge;
    found.push({
      phase,
      startUs: from.atUs,
      endUs,
      observer,
      evidence,
      start: from.at,
      end: at,
      note: notes.join('; '),
    });
    from = { atUs: endUs, at };
    unseen = [];
  }
  return found;
}

function edgesOf(run: Run, fault: FaultWindow, episode: TimedEpisode): Map<Name, Edge> {
  const roles = run.roles.filter(({ tUs }) => tUs >= fault.inject.lo);
  const timelineBefore = Math.max(
    0,
    ...run.roles.filter(({ tUs }) => tUs < fault.inject.lo).map(({ timeline }) => timeline ?? 0),
  );
  const lost = roles.find(({ role, observer }) => role === 'lost' && observer === 'platform');
  // A primary whose connections are all taken is seen late by `sql`: what the manager says then comes first.
  const promoted = roles.find(
    ({ role, observer, timeline, instance }) =>
      role === 'primary' &&
      (observer === 'sql' || observer === 'platform') &&
      (timeline === undefined ? instance !== fault.target : timeline > timelineBefore),
  );
  const elections = roles.filter(({ role, observer }) => role === 'elected' && observer === 'platform');
  // A manager may change its mind: the election that counts is that of the instance which was promoted.
  const elected = elections.find(({ instance }) => instance === promoted?.instance) ?? elections[0];
  const primary = promoted?.instance ?? elected?.instance;
  const routed = roles.find(
    ({ role, observer, instance }) =>
      role === 'routed' && observer === 'route' && (primary === undefined || instance === primary),
  );
  const connected = serverConnect(run, fault, episode, routed);
  const edges: [Name, Edge | undefined][] = [
    ['detect', lost && seenBy(lost)],
    ['elect', elected && seenBy(elected)],
    ['promote', promoted && seenBy(promoted)],
    ['route', routed && seenBy(routed)],
    ['reconnect', connected],
    [
      'residual',
      {
        observer: episode.stream,
        atUs: episode.startUs + episode.lastedUs,
        at: episode.end,
        evidence: episode.evidence.slice(-1),
      },
    ],
  ];
  return new Map(edges.filter((entry): entry is [Name, Edge] => entry[1] !== undefined));
}

const seenBy = ({ observer, tUs, afterUs, seq }: EventOf<'role'>): Edge => ({
  observer,
  atUs: tUs,
  at: interval(afterUs ?? tUs, tUs),
  evidence: [seq],
});

/** The first new server connection of the slowest pooler once clients were routed; failing that, the last before. */
function serverConnect(
  run: Run,
  fault: FaultWindow,
  episode: TimedEpisode,
  routed: EventOf<'role'> | undefined,
): Edge | undefined {
  const endUs = episode.startUs + episode.lastedUs;
  const connects = run.poolLogs
    .filter(({ event, atUs }) => event === 'server-connect' && atUs >= fault.inject.lo && atUs <= endUs)
    .sort((a, b) => a.atUs - b.atUs);
  const own = connects.filter(({ source }) => source === episode.stream);
  const candidates = own.length > 0 ? own : connects;
  const fromUs = routed?.tUs ?? fault.inject.lo;
  const found = candidates.find(({ atUs }) => atUs >= fromUs) ?? candidates.at(-1);
  return (
    found && { observer: 'poollog', atUs: found.atUs, at: interval(found.atUs, found.atUs), evidence: [found.seq] }
  );
}
