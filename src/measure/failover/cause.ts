/** The largest part of an outage and who imposes it, in one sentence. */
import { contractOf } from '../../faults/index.ts';
import type { Run } from '../../journal/run.ts';
import { episodesOn, type TimedEpisode } from '../availability/episodes.ts';
import { type FaultWindow, faultWindows } from '../availability/fault-windows.ts';
import { heldUs, stretchesOf, upWithin } from '../availability/held.ts';
import { directStreams } from '../availability/outage.ts';
import { counted, inSeconds, ms } from '../measured.ts';
import { refusedByProbes, sessionsBeforeRefusal } from '../poolers/refused-by-probes.ts';
import { heldAt, rejections } from '../poolers/rejections.ts';
import type { Cause } from '../verdict.ts';
import { afterHeal } from './after-heal.ts';
import { wordsOf } from './cause-words.ts';
import { furtherOutages } from './further-outages.ts';
import { type Outage, outageOf, type TimedPhase } from './phases.ts';
import { drillsPart, sharedMs } from './shared-fault.ts';

interface Piece {
  readonly phase: TimedPhase;
  readonly part?: 1 | 2 | undefined;
  readonly us: number;
}

/**
 * Of the phases of the longest outage the largest, as far as it lies within the outage. Where only the drill's healing
 * ended it, the phase that was under way by then: it is what kept the system down.
 * @returns undefined where nothing was broken, or nothing was down
 */
export function causeOf(run: Run): Cause | undefined {
  const found = outageOf(run);
  if (typeof found === 'string') return undefined;
  const { fault, episode, phases } = found;
  const fromUs = episode.startUs;
  const server = directStreams(run).flatMap(({ stream }) => episodesOn(run, stream.name));
  const pieces = phases.filter(({ phase }) => phase !== 'healed').flatMap((phase) => piecesOf(phase, fromUs, server));
  const [first, ...others] = pieces;
  if (!first) return undefined;
  const stuck = pieces.findLast(({ phase }) => phase.cutBy === 'heal');
  const paused = stuck && pauseUntil(run, stuck.phase.endUs);
  if (paused) return held(run, paused, episode, stuck.phase);
  const { phase, part, us } = withServed(
    stuck ?? others.reduce((most, one) => (one.us > most.us ? one : most), first),
    episode,
    server,
  );
  const { passed, why, imposedBy: by, advice, poolerBroken } = wordsOf(run, found, phase, part);
  const shared = sharedMs(run, phase, fromUs);
  const imposedBy = shared
    ? `${by}: ${inSeconds(Math.max(0, ms(us) - shared))} s alone, ${inSeconds(shared)} s together with the drill’s own probes`
    : by;
  // As long as the fault was in force for certain, as the words about it say.
  const endedByDrillMs = stuck && ms(Math.max(0, stuck.phase.endUs - fault.inject.hi));
  // An outage whose end is not known is given as the headline gives it: at least as long as was seen for certain.
  const isBound = !stuck && episode.cutBy !== undefined;
  const isGone = contractOf(fault.fault)?.ends === 'never';
  const ofUs = stuck ? stuck.phase.endUs - fromUs : episode.lastedUs - (isBound ? episode.minusUs : 0);
  const time = timeOf(isGone ? ofUs : Math.min(us, ofUs), ofUs, isBound, stuck !== undefined);
  const writes = poolerBroken ? `Writes through ${fault.hits.join(', ')}` : 'Writes';
  const ended =
    endedByDrillMs === undefined
      ? ''
      : `${writes} did not recover on their own; the drill ended its fault after ${inSeconds(endedByDrillMs)} s. `;
  const rest =
    otherParts(run, found, pieces, { phase, part, us }, ofUs) + (stuck ? afterHeal(run, phase, episode) : '');
  const added = phase.phase === 'reconnect' && !stuck ? addedInAll(episode, server, us) : '';
  const sentence = `${ended}${time} passed ${passed}${added}${why && `: ${why}`}.${rest}${refusedMeanwhile(run, episode, phase)}${furtherOutages(run, found)}`;
  return {
    phase: phase.phase,
    ...(part && { part }),
    ...{ ms: ms(us), ofMs: ms(ofUs), imposedBy, ...(advice && { advice }), ...(poolerBroken && { poolerBroken }) },
    ...(endedByDrillMs !== undefined && { endedByDrillMs }),
    sentence,
    evidence: phase.evidence,
  };
}

/** A shorter time between PgBouncer’s connection and the first write of its clients is a part of connecting. */
const atOnceUs = 300_000;

function withServed(piece: Piece, episode: TimedEpisode, server: readonly TimedEpisode[]): Piece {
  const allUs = heldUs(stretchesOf(episode, server));
  const isOne = piece.phase.phase === 'reconnect' && allUs > piece.us && allUs - piece.us < atOnceUs;
  return isOne ? { ...piece, us: allUs } : piece;
}

/** PgBouncer connected first, and then served: what it added is both, where a reader sees the difference. */
function addedInAll(episode: TimedEpisode, server: readonly TimedEpisode[], us: number): string {
  const allUs = heldUs(stretchesOf(episode, server));
  if (allUs <= us || isAll(us, allUs)) return '';
  return `, and ${inSeconds(ms(allUs - us))} s more until its clients wrote (PgBouncer added ${inSeconds(ms(allUs))} s in all)`;
}

/** Who imposes each part of an outage that is worth naming, the largest first; none where no pooler was down after a fault. */
export function imposers(run: Run): { readonly ms: number; readonly imposedBy: string }[] {
  const found = outageOf(run);
  if (typeof found === 'string') return [];
  const { startUs, lastedUs } = found.episode;
  const server = directStreams(run).flatMap(({ stream }) => episodesOn(run, stream.name));
  return found.phases
    .filter(({ phase }) => phase !== 'healed')
    .flatMap((phase) => piecesOf(phase, startUs, server))
    .filter(({ us }) => us >= Math.max(worthUs, worthShare * lastedUs))
    .sort((a, b) => b.us - a.us)
    .map(({ phase, part, us }) => ({ ms: ms(us), imposedBy: wordsOf(run, found, phase, part).imposedBy }));
}

/** What is worth a sentence beside the largest part: at least this share of the outage, and as long as this. */
const worthShare = 0.12;
const worthUs = 1_000_000;

/** All parts of the outage beside the named one that are worth it, the largest first. */
function otherParts(
  run: Run,
  found: Outage,
  pieces: readonly Piece[],
  { phase: first, part: half }: Piece,
  ofUs: number,
): string {
  // What PgBouncer took to serve once it was connected is named with it.
  const named = first.phase === 'reconnect' ? 'residual' : undefined;
  if (contractOf(found.fault.fault)?.ends === 'never') return '';
  return pieces
    .filter(({ phase, part }) => (phase !== first || part !== half) && phase.phase !== named)
    .filter(({ us }) => us >= Math.max(worthUs, worthShare * ofUs))
    .sort((a, b) => b.us - a.us)
    .map(({ phase, part, us }) => {
      const { passed, why } = wordsOf(run, found, phase, part);
      const earlier = phase.startUs < first.startUs ? 'earlier, ' : '';
      return ` ${inSeconds(ms(us))} s more passed ${earlier}${passed}${why && `: ${why}`}.`;
    })
    .join('');
}

/** That PostgreSQL was out of connections, and how many of them the poolers held: refusals in numbers, not a single one. */
function refusedMeanwhile(run: Run, episode: TimedEpisode, phase: TimedPhase): string {
  const { startUs, lastedUs } = episode;
  const endUs = startUs + lastedUs;
  const { count, firstUs, isCut } = rejections(run);
  const max = run.stack?.settings['postgresql.max_connections'];
  if (count < fewRefused || firstUs === undefined || !max) return '';
  if (firstUs < startUs || firstUs > endUs - worthShare * lastedUs) return '';
  const held = heldAt(run, firstUs);
  const poolers = held === undefined ? '' : `, ${held} of them by the poolers`;
  const from = ` ${inSeconds(ms(firstUs - startUs))} s into the outage PostgreSQL began to refuse log-ins, ${isCut ? 'at least ' : ''}${count.toLocaleString('en-US')} in all: its ${max} connections were taken${poolers}. A session that is closed while its commit waits keeps its connection`;
  const sessions = sessionsBeforeRefusal(run);
  if (!sessions || !refusedByProbes(run)) return `${from}.`;
  return `${from}, and ${sessions.ofProbes.toLocaleString('en-US')} of the ${counted(sessions.all, 'session')} opened until then were the drill’s own probes, which give up after a second (the others: clients of the load).${drillsPart(run, phase, episode)}`;
}

const fewRefused = 10;

/** The pause of a pooler that the drill ended at this moment. */
const pauseUntil = (run: Run, us: number): FaultWindow | undefined =>
  faultWindows(run).find(({ fault, heal }) => contractOf(fault)?.holdsClients && heal?.lo === us);

/** An outage in which clients were held on purpose: what is over when the drill lets them go was not in the way. */
function held(run: Run, { inject, heal }: FaultWindow, episode: TimedEpisode, phase: TimedPhase): Cause {
  const { startUs, lastedUs } = episode;
  const us = heal!.lo - Math.max(startUs, inject.lo);
  const lateUs = servedDirectlyUs(run, episode) - heal!.lo;
  const tooShort =
    lateUs < worthUs
      ? ''
      : ` It resumed them too soon: PostgreSQL itself took no writes for another ${inSeconds(ms(lateUs))} s, and clients waited for that as well.`;
  return {
    phase: phase.phase,
    ...{ ms: ms(us), ofMs: ms(lastedUs), endedByDrillMs: ms(us), held: true },
    imposedBy: 'the drill, which paused the poolers',
    ...(tooShort && {
      advice:
        'Resume the poolers only when the new primary takes writes, and give clients a timeout, and PgBouncer a query_wait_timeout, that is longer than pause and switchover together.',
    }),
    sentence: `${timeOf(us, lastedUs, false)} passed while the poolers were paused: the drill held the clients until it resumed them.${tooShort}`,
    evidence: phase.evidence,
  };
}

/** What a reader sees as the same number is all of it. */
const isAll = (us: number, ofUs: number): boolean => inSeconds(ms(us)) === inSeconds(ms(ofUs));

function timeOf(us: number, ofUs: number, isBound: boolean, isUntilHealed = false): string {
  if (isUntilHealed && isAll(us, ofUs)) return `All of the outage until then, ${inSeconds(ms(ofUs))} s,`;
  if (isUntilHealed) return `${inSeconds(ms(us))} s of the ${inSeconds(ms(ofUs))} s until then`;
  if (isAll(us, ofUs)) return `All of it, ${isBound ? 'at least ' : ''}${inSeconds(ms(ofUs))} s,`;
  return `${isBound ? 'At least ' : ''}${inSeconds(ms(us))} s of ${isBound ? 'at least ' : 'the '}${inSeconds(ms(ofUs))} s`;
}

/** When the path past the poolers was good again within an outage; its beginning where nobody saw that. */
function servedDirectlyUs(run: Run, { startUs, lastedUs }: TimedEpisode): number {
  const direct = directStreams(run).flatMap(({ stream }) => episodesOn(run, stream.name));
  const first = direct.find((one) => one.startUs < startUs + lastedUs && one.startUs + one.lastedUs > startUs);
  return first && first.endUs !== null && first.endUs < startUs + lastedUs ? first.endUs : startUs;
}

/**
 * The parts of a phase within the outage: a fault may be in force for a while before anything is down, and a pooler that
 * connects late is not late while the server takes no writes.
 */
function piecesOf(phase: TimedPhase, fromUs: number, server: readonly TimedEpisode[]): Piece[] {
  const within = (a: number, b: number): number => Math.max(0, b - Math.max(a, fromUs));
  const { startUs, endUs, innerUs } = phase;
  if (phase.phase === 'reconnect')
    return [{ phase, us: upWithin({ startUs: Math.max(startUs, fromUs), endUs }, server) }];
  // Of the other phases one and the same imposes both parts.
  if (innerUs === undefined || phase.phase !== 'detect') return [{ phase, us: within(startUs, endUs) }];
  return [
    { phase, part: 1, us: within(startUs, innerUs) },
    { phase, part: 2, us: within(innerUs, endUs) },
  ];
}
