/**
 * What ended each phase of an outage, as its observers saw it. An edge that nobody saw is absent.
 *
 * Three kinds of outage end in different ways: a *failover* makes another instance the primary, a *restart* brings the
 * same one back, and in a *standby* outage the primary waits for a standby that is gone.
 */
import { contractOf } from '../../faults/index.ts';
import type { EventOf } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { episodesOn, type TimedEpisode } from '../availability/episodes.ts';
import type { FaultWindow } from '../availability/fault-windows.ts';
import { directStreams } from '../availability/outage.ts';
import { interval } from '../interval.ts';
import { cutsOf, cutsWithin } from '../poolers/log-cuts.ts';
import type { Phase } from '../verdict.ts';
import { type Edge, lookUs } from './edge.ts';
import { leasePassedTo } from './lease-wait.ts';
import { standbyWait } from './standby-wait.ts';
import { primaryHitBy } from './target-role.ts';

/** A phase that an edge ends. `healed` begins where the drill ended its own fault, `backoff` where the outage ended. */
export type PhaseName = Exclude<Phase['phase'], 'healed' | 'backoff'>;

export interface Edges {
  readonly kind: 'failover' | 'restart' | 'standby' | 'none';
  /** The instance that became the primary, or was chosen to. */
  readonly primary?: string | undefined;
  readonly edges: ReadonlyMap<PhaseName, Edge>;
}

type Found = readonly (readonly [PhaseName, Edge | undefined])[];

/** The edges of one outage: `episode` of the slowest stream, after `fault`. */
export function edgesOf(run: Run, fault: FaultWindow, episode: TimedEpisode): Edges {
  const endUs = endOf(episode);
  const last: Edge = { observer: episode.stream, atUs: endUs, at: episode.end, evidence: episode.evidence.slice(-1) };
  const during = faultEnd(fault, endUs);
  // A pooler that the drill broke is not waited for by anybody.
  if (run.stack?.poolers.some((pooler) => fault.hits.includes(pooler)))
    return edges('none', [
      ['fault', during],
      ['residual', last],
    ]);
  const { primary, found } = failoverEdges(run, fault, episode);
  if (found.some(([phase, edge]) => edge && phase !== 'reconnect'))
    return { ...edges('failover', [...found, ['residual', last]]), primary };
  const waited = primaryHitBy(run, fault) ? undefined : standbyWait(run, fault.inject.lo, endUs);
  if (during && !waited && livesOn(fault)) return edges('none', whileItLasted(run, fault, episode, [during, last]));
  const restarted = restartOf(run, fault, endUs);
  const connected = serverConnect(run, fault, episode, restarted?.atUs ?? fault.inject.lo);
  if (restarted) {
    const standby = standbyWait(run, Math.max(restarted.atUs, connected?.atUs ?? 0), endUs);
    return edges('restart', [
      ['restart', servedDirectly(run, episode, restarted, connected)],
      ['reconnect', connected],
      ['standby', standby],
      ['residual', last],
    ]);
  }
  const standby = standbyWait(run, fault.inject.lo, endUs);
  if (standby)
    return edges('standby', [
      ['standby', standby],
      ['residual', last],
    ]);
  return edges('none', [
    ['reconnect', connected],
    ['residual', last],
  ]);
}

const edges = (kind: Edges['kind'], found: Found): Edges => ({
  kind,
  edges: new Map(found.filter((entry): entry is [PhaseName, Edge] => entry[1] !== undefined)),
});

/** When the fault ended, or the outage in spite of it; undefined where it is over at once. */
function faultEnd({ fault, heal, inject, evidence }: FaultWindow, outageEndUs: number): Edge | undefined {
  const { ends, keepsInstances, instance, inOrder, target } = contractOf(fault) ?? {};
  const isState = ends === 'when-healed' || ends === 'as-scheduled';
  const isRestart = target === 'instance' && (keepsInstances || instance === 'gone');
  if (!isState || inOrder || isRestart) return undefined;
  const atUs = Math.min(outageEndUs, heal?.lo ?? outageEndUs);
  return atUs <= inject.lo ? undefined : { observer: 'drill', atUs, at: interval(atUs, atUs), evidence };
}

/** Its processes run on, or go on once the fault is over: nothing restarts. */
const livesOn = ({ fault, hits }: FaultWindow): boolean =>
  hits.length > 0 && contractOf(fault)?.target !== 'operator' && contractOf(fault)?.target !== 'store';

/** The outage of a primary that stayed the primary: the fault, then the way back to it. */
function whileItLasted(run: Run, fault: FaultWindow, episode: TimedEpisode, [during, last]: [Edge, Edge]): Found {
  const endUs = endOf(episode);
  const routed = run.roles.find(
    ({ role, observer, instance, tUs }) =>
      role === 'routed' && observer === 'route' && fault.hits.includes(instance) && tUs > during.atUs && tUs < endUs,
  );
  const connected = serverConnect(run, fault, episode, routed?.tUs ?? during.atUs);
  const back = connected && connected.atUs > during.atUs ? connected : undefined;
  return [
    ['fault', during],
    ['route', routed && seenBy(routed)],
    ['reconnect', back],
    ['standby', standbyWait(run, Math.max(during.atUs, back?.atUs ?? 0), endUs)],
    ['residual', last],
  ];
}

/** A server that answers need not take writes yet: it serves again once the direct path does, where that was seen. */
function servedDirectly(run: Run, episode: TimedEpisode, answered: Edge, connected: Edge | undefined): Edge {
  const direct = directStreams(run).flatMap(({ stream }) => episodesOn(run, stream.name));
  const own = direct.find((one) => one.startUs < endOf(episode) && endOf(one) > episode.startUs);
  if (!own || own.endUs === null || own.endUs <= answered.atUs || own.endUs > (connected?.atUs ?? endOf(episode)))
    return answered;
  return {
    observer: own.stream,
    atUs: own.endUs,
    at: own.end,
    evidence: [...answered.evidence, ...own.evidence.slice(-1)],
  };
}

const endOf = ({ startUs, lastedUs }: TimedEpisode): number => startUs + lastedUs;

function failoverEdges(
  run: Run,
  fault: FaultWindow,
  episode: TimedEpisode,
): { readonly primary: string | undefined; readonly found: Found } {
  const roles = run.roles.filter(({ tUs }) => tUs >= fault.inject.lo);
  const lost = roles.find(({ role, observer }) => role === 'lost' && observer === 'platform');
  const promoted = promotionIn(run, roles, fault);
  const elections = roles.filter(({ role, observer }) => role === 'elected' && observer === 'platform');
  // A manager may change its mind: the election that counts is that of the instance which was promoted.
  const elected = elections.find(({ instance }) => instance === promoted?.instance) ?? elections[0];
  const primary = promoted?.instance ?? elected?.instance;
  // Clients that are sent to the same instance again have not seen a failover.
  const isNext = (instance: string) => (primary === undefined ? !fault.hits.includes(instance) : instance === primary);
  const routed = roles.find(
    ({ role, observer, instance }) => role === 'routed' && observer === 'route' && isNext(instance),
  );
  const connected = serverConnect(run, fault, episode, routed?.tUs ?? fault.inject.lo);
  const servesUs = Math.max(promoted?.tUs ?? 0, routed?.tUs ?? 0, connected?.atUs ?? 0);
  const found: Found = [
    ['detect', lost && isTimely(lost, promoted) ? { ...seenBy(lost), ...noticed(roles, lost, fault) } : undefined],
    ['elect', elected && isTimely(elected, promoted) ? seenBy(elected) : undefined],
    ['lease', primary === undefined ? undefined : leasePassedTo(run, primary, fault)],
    ['promote', promoted && seenBy(promoted)],
    ['route', routed && seenBy(routed)],
    ['reconnect', connected],
    ['standby', promoted && standbyWait(run, Math.min(servesUs, endOf(episode)), endOf(episode), promoted.instance)],
  ];
  return { primary, found };
}

/** What the manager is seen to decide after the promotion that followed from it was seen late, by an observer who was cut off. */
const isTimely = (decided: EventOf<'role'>, promoted: EventOf<'role'> | undefined): boolean =>
  promoted === undefined || decided.tUs <= promoted.tUs + lookUs;

/** A primary whose connections are all taken is seen late by `sql`: what the manager says then comes first. */
function promotionIn(run: Run, roles: readonly EventOf<'role'>[], fault: FaultWindow): EventOf<'role'> | undefined {
  const earlier = run.roles.filter(({ tUs }) => tUs < fault.inject.lo);
  const timelineBefore = Math.max(0, ...earlier.map(({ timeline }) => timeline ?? 0));
  return roles.find(
    ({ role, observer, timeline, instance }) =>
      role === 'primary' &&
      (observer === 'sql' || observer === 'platform') &&
      (timeline === undefined ? instance !== fault.target : timeline > timelineBefore),
  );
}

/** Kubernetes takes a pod that is not ready out of its Service; what follows is the operator's. */
function noticed(roles: readonly EventOf<'role'>[], lost: EventOf<'role'>, fault: FaultWindow): Pick<Edge, 'inner'> {
  const unrouted = roles.find(
    ({ role, observer, instance, tUs }) =>
      role === 'unrouted' && observer === 'route' && instance === fault.target && tUs < lost.tUs,
  );
  // HAProxy runs its own checks: their results do not affect Patroni's decision. It polls, the API's watch does not.
  if (!unrouted || unrouted.afterUs !== undefined) return {};
  return { inner: { atUs: unrouted.tUs, evidence: [unrouted.seq] } };
}

/** The same instance serves again after it did not. */
function restartOf({ roles }: Run, fault: FaultWindow, endUs: number): Edge | undefined {
  const own = roles.filter(
    ({ observer, instance, tUs }) => observer === 'sql' && instance === fault.target && tUs >= fault.inject.lo,
  );
  const gone = own.findIndex(({ role }) => role === 'unreachable');
  const back = gone < 0 ? undefined : own.slice(gone).find(({ role, tUs }) => role === 'primary' && tUs <= endUs);
  return back && seenBy(back);
}

const seenBy = ({ observer, tUs, afterUs, seq }: EventOf<'role'>): Edge => ({
  observer,
  atUs: tUs,
  at: interval(afterUs ?? tUs, tUs),
  evidence: [seq],
});

/** The first new server connection of the slowest pooler since `fromUs`; failing that, the last before. */
function serverConnect(run: Run, fault: FaultWindow, episode: TimedEpisode, fromUs: number): Edge | undefined {
  const connects = run.poolLogs
    .filter(({ event, atUs }) => event === 'server-connect' && atUs >= fault.inject.lo && atUs <= endOf(episode))
    .sort((a, b) => a.atUs - b.atUs);
  const own = connects.filter(({ source }) => source === episode.stream);
  const candidates = own.length > 0 ? own : connects;
  const found = candidates.find(({ atUs }) => atUs >= fromUs) ?? candidates.at(-1);
  if (!found) return undefined;
  // Where lines were left out of the log before it, an earlier connection may be among them.
  const [cut] = cutsWithin(cutsOf(run, found.source), Math.min(fromUs, found.atUs), found.atUs);
  const sinceUs = cut ? Math.min(found.atUs, Math.max(cut.fromUs, fromUs)) : found.atUs;
  return { observer: 'poollog', atUs: found.atUs, at: interval(sinceUs, found.atUs), evidence: [found.seq] };
}
