/**
 * Where the time of an outage went, from the fault to the end of the longest episode of the slowest pooler:
 *
 *     t_F  → detect → elect → lease → promote → route → reconnect → standby → residual →  first good write
 *
 * Each edge is what one observer saw. An edge that nobody saw makes its phase unknown: its time is part of the next. An
 * instance that only restarts has `restart` in place of the first five, one that stays the primary throughout the fault has
 * `fault` until that ended, and an outage that waits for a standby begins with `standby`. An injection that is known to more
 * than a second only counts from the beginning of the outage, where that lies within. Where only the drill's own healing ended the outage, what came after it is `healed`.
 */
import type { Run } from '../../journal/run.ts';
import { longest, type TimedEpisode } from '../availability/episodes.ts';
import { type FaultWindow, faultWindows, healCounts } from '../availability/fault-windows.ts';
import { episodesAfter, mainFault } from '../availability/impact.ts';
import { poolerStreams } from '../availability/outage.ts';
import { elapsed, type Interval, interval } from '../interval.ts';
import { exactly, measured, ms, unmeasurable } from '../measured.ts';
import type { MetricName } from '../metrics.ts';
import { once } from '../once.ts';
import type { Measured, Phase } from '../verdict.ts';
import { archiveWait } from './archive-calls.ts';
import { type Edges, edgesOf, type PhaseName } from './edges.ts';

const order: readonly PhaseName[] = [
  ...(['fault', 'detect', 'elect', 'lease', 'promote', 'restart', 'route', 'reconnect', 'standby'] as const),
  'residual',
];
/** Those that a failover has, whether somebody saw their ends or not. */
const ofFailover: readonly PhaseName[] = ['detect', 'elect', 'promote', 'route', 'reconnect'];
/** Those that an outage of each kind has in any case. */
const always: Readonly<Record<Edges['kind'], readonly PhaseName[]>> = {
  failover: ofFailover,
  restart: ['restart', 'reconnect'],
  standby: [],
  none: [],
};

type PhaseMetric = Extract<MetricName, `${PhaseName}Ms`>;
export const phaseMetrics = order.map((phase) => `${phase}Ms` as const satisfies PhaseMetric);

export interface TimedPhase extends Phase {
  /** The phases before it whose ends nobody saw: their time is part of this one. */
  readonly unseen: readonly PhaseName[];
  /** The instance that it waited for, where that is not the new primary. */
  readonly instance?: string;
  readonly start: Interval;
  readonly end: Interval;
  readonly note: string;
}

export interface Outage {
  readonly fault: FaultWindow;
  readonly episode: TimedEpisode;
  readonly kind: Edges['kind'];
  /** The instance that became the primary, or was chosen to. */
  readonly primary: string | undefined;
  readonly phases: readonly TimedPhase[];
}

/** A metric for each phase, in their order. */
export function phaseTimes(run: Run): Measured[] {
  const found = outageOf(run);
  if (typeof found === 'string') return phaseMetrics.map((metric) => unmeasurable(metric, found));
  return order.map((name, i) => timeOf(run, found, name, phaseMetrics[i]!));
}

function timeOf(run: Run, { kind, phases, episode }: Outage, name: PhaseName, metric: PhaseMetric): Measured {
  const phase = phases.find((one) => one.phase === name);
  if (phase) return asMeasured(phase, metric);
  if (episode.cutBy) return unmeasurable(metric, endings[episode.cutBy]);
  if (always[kind].includes(name))
    return unmeasurable(metric, 'nobody saw its end; its time is part of the next phase');
  return optional.has(name)
    ? exactly(metric, 0, [], name === 'standby' ? noWait(run) : undefined)
    : unmeasurable(metric, 'this outage had no such phase');
}

/** Not every outage has these: 0 where it had none. */
const optional: ReadonlySet<PhaseName> = new Set(['fault', 'lease', 'restart', 'standby']);
const noWait = ({ header }: Run): string | undefined =>
  header.topology.durability === 'asynchronous' ? 'commits do not wait for a standby' : undefined;

const endings = {
  heal: 'the drill ended its own fault before it ended',
  end: 'it had not ended when the run did',
} as const;

function asMeasured({ startUs, endUs, start, end, evidence, note, cutBy }: TimedPhase, metric: PhaseMetric): Measured {
  const value = ms(endUs - startUs);
  const { lo, hi } = elapsed(start, end);
  if (cutBy)
    return measured(metric, {
      value,
      lower: Math.min(value, ms(lo)),
      upper: null,
      evidence,
      note: `a lower bound: ${endings[cutBy]}`,
    });
  return measured(metric, {
    value,
    lower: Math.min(value, ms(lo)),
    upper: Math.max(value, ms(hi)),
    evidence,
    note,
  });
}

/** The phases for reports, in order and without gaps; none where there was no outage after a fault. */
export function phases(run: Run): Phase[] {
  const found = outageOf(run);
  if (typeof found === 'string') return [];
  return found.phases.map(({ start: _start, end: _end, note: _note, unseen, instance: _instance, ...phase }) => ({
    ...phase,
    ...(unseen.length > 0 && { includes: unseen }),
  }));
}

/** The outage that the phases are of, or why there is none. */
export const outageOf = once((run: Run): Outage | string => {
  const fault = mainFault(run);
  if (!fault) return 'no fault was injected';
  const episode = longest(poolerStreams(run).flatMap(({ stream }) => episodesAfter(run, fault, stream.name)));
  if (!episode) return 'no pooler was down';
  const { kind, primary, edges } = edgesOf(run, fault, episode);
  const whole = chained(fault, edges, episode, always[kind]);
  const cut = cutAt(whole, cutOf(run, episode), episode.cutBy);
  return { fault, episode, kind, primary, phases: cut.map((phase) => withArchive(run, phase, primary)) };
});

/** What the instance that a phase waits for asked the archive meanwhile, where its log shows it. */
function withArchive(run: Run, phase: TimedPhase, primary: string | undefined): TimedPhase {
  const asks = { promote: primary, standby: phase.instance, lease: phase.instance }[phase.phase as string];
  // An old primary that shuts down stores what it has; the others fetch.
  const does = phase.phase === 'lease' ? 'store' : 'fetch';
  const found = asks === undefined ? undefined : archiveWait(run, asks, does, phase.startUs, phase.endUs);
  if (!found) return phase;
  const { calls, us, failed, evidence } = found;
  return { ...phase, archive: { calls, us, failed }, evidence: [...phase.evidence, ...evidence] };
}

/** A heal this early in an outage is part of the drill: it was not waited for recovery. */
const soon = 0.5;

/**
 * Until when an outage is known to have lasted without the drill's help; undefined where it ended unaided, or where the
 * fault was healed so soon that nobody can say what the system would have done.
 */
function cutOf(run: Run, { cutBy, startUs, lastedUs }: TimedEpisode): number | undefined {
  const endUs = startUs + lastedUs;
  if (cutBy !== 'heal') return cutBy && endUs;
  const heals = faultWindows(run)
    .filter(healCounts)
    .map(({ heal }) => heal!.lo);
  const healUs = Math.min(endUs, ...heals.filter((us) => us >= startUs));
  return healUs - startUs < soon * lastedUs ? undefined : healUs;
}

/** The phase in which the cut lies is cut there; what came after the drill's own healing is one phase more. */
function cutAt(whole: readonly TimedPhase[], cutUs: number | undefined, cutBy: Phase['cutBy']): TimedPhase[] {
  if (cutUs === undefined || cutBy === undefined) return [...whole];
  const before = whole.filter(({ startUs }) => startUs < cutUs);
  const last = before.at(-1);
  const end = whole.at(-1);
  if (!last || !end) return [...whole];
  const at = interval(cutUs, cutUs);
  const { innerUs, ...rest } = last;
  const cut = { ...rest, endUs: cutUs, end: at, cutBy, ...(innerUs !== undefined && innerUs < cutUs && { innerUs }) };
  const healed = { ...end, phase: 'healed', startUs: cutUs, start: at, note: '' } as const;
  return [...before.slice(0, -1), cut, ...(cutBy === 'heal' && end.endUs > cutUs ? [withoutInner(healed)] : [])];
}

const withoutInner = ({ innerUs: _innerUs, ...phase }: TimedPhase): TimedPhase => phase;

/** Beyond this an injection is too vague to count from. */
const vagueUs = 1_000_000;

function beginOf({ inject }: FaultWindow, { startUs, start }: TimedEpisode): { atUs: number; at: Interval } {
  const isVague = inject.hi - inject.lo > vagueUs && startUs > inject.lo && startUs <= inject.hi;
  return isVague ? { atUs: startUs, at: start } : { atUs: inject.lo, at: inject };
}

/** Each phase begins where the one before it ended; none is negative, and none outlasts the outage. */
function chained(
  fault: FaultWindow,
  edges: Edges['edges'],
  episode: TimedEpisode,
  expected: readonly PhaseName[],
): TimedPhase[] {
  const outageEndUs = episode.startUs + episode.lastedUs;
  const found: TimedPhase[] = [];
  let from = beginOf(fault, episode);
  let unseen: PhaseName[] = [];
  for (const phase of order) {
    const edge = edges.get(phase);
    if (!edge) {
      if (expected.includes(phase)) unseen.push(phase);
      continue;
    }
    const endUs = Math.min(outageEndUs, Math.max(from.atUs, edge.atUs));
    const notes = [
      ...(unseen.length > 0 ? [`includes ${unseen.join(' and ')}: nobody saw where it ended`] : []),
      ...(edge.atUs < from.atUs ? ['its end was seen before its beginning, so it counts as 0'] : []),
    ];
    // An edge that was moved is as sharp as the one that it was moved to.
    const at = endUs === edge.atUs ? edge.at : endUs === from.atUs ? from.at : interval(endUs, endUs);
    const { observer, evidence, inner, instance } = edge;
    const innerUs = inner && inner.atUs > from.atUs && inner.atUs < endUs ? inner.atUs : undefined;
    const records = innerUs === undefined ? evidence : [...inner!.evidence, ...evidence];
    found.push({
      ...{ phase, startUs: from.atUs, endUs, observer, evidence: records, start: from.at, end: at, unseen },
      ...(innerUs !== undefined && { innerUs }),
      ...(instance !== undefined && { instance }),
      note: notes.join('; '),
    });
    from = { atUs: endUs, at };
    unseen = [];
  }
  return found;
}
