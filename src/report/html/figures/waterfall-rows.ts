/** The rows of the failover's drawing: the prediction, the phases one after the other, and a lane for each way in. */
import type { EventOf } from '../../../journal/event.ts';
import type { Run } from '../../../journal/run.ts';
import { faultWindows } from '../../../measure/availability/fault-windows.ts';
import { heldUs, type Stretch, stretchesOf, upWithin } from '../../../measure/availability/held.ts';
import { isDestroyed } from '../../../measure/doubts/ledgers.ts';
import { counted } from '../../../measure/measured.ts';
import { isMetric, type MetricName, titleOf } from '../../../measure/metrics.ts';
import type { Episode, Phase, Verdict } from '../../../measure/verdict.ts';
import type { Frame } from '../../frame.ts';
import { amount } from '../../text.ts';
import { measuredOf, type View } from '../view.ts';

type Prediction = EventOf<'prediction'>;
export type Expected = Pick<Prediction['phases'][number], 'lowMs' | 'highMs' | 'why'>;

interface Bar {
  readonly className: string;
  readonly fromMs: number;
  readonly toMs: number;
}
/** One bar or several in a row; times in ms since the fault. */
export interface Row {
  readonly name: string;
  /** What is said about it beside its name. */
  readonly says: string;
  /** What is said where there is room. */
  readonly detail?: string;
  readonly bars: readonly Bar[];
  /** Where the end of the bar was predicted. */
  readonly expected?: { readonly fromMs: number; readonly toMs: number } | undefined;
}

const ms = (us: number): number => us / 1000;

/** `15 s to 20 s`, `up to 15 s`, or one number where both are the same. */
export function rangeText({ lowMs, highMs }: { readonly lowMs: number; readonly highMs: number }): string {
  if (lowMs === highMs) return amount(lowMs, 'ms');
  return lowMs === 0 ? `up to ${amount(highMs, 'ms')}` : `${amount(lowMs, 'ms')} to ${amount(highMs, 'ms')}`;
}

/** A duration without more digits than a picture can show. */
export const roughly = (lastedMs: number): string => amount(Math.round(lastedMs), 'ms');

/** A phase in words. */
export function phaseTitle(phase: string): string {
  const metric = `${phase}Ms`;
  return phase === 'healed' ? 'after the drill ended its fault' : isMetric(metric) ? titleOf(metric) : phase;
}

/** The phases that a prediction counts as one: before version 0.2 the lease was part of the promotion. */
const startOf = (phase: Phase['phase'], { phases }: Prediction, seen: readonly Phase[]): Phase | undefined => {
  const lease = seen.find((one) => one.phase === 'lease');
  const isTogether = phase === 'promote' && lease && !phases.some((one) => one.phase === 'lease');
  return isTogether ? lease : seen.find((one) => one.phase === phase);
};

/** What was predicted of a phase. The wait for a standby was once called the residual. */
export function expectedOf(phase: string, prediction: Prediction | undefined): Expected | undefined {
  const own = prediction?.phases.find((one) => one.phase === phase);
  if (own || phase !== 'standby') return phase === 'residual' ? undefined : own;
  return prediction?.phases.find((one) => one.phase === 'residual');
}

/** Less than this beyond a prediction is the reading of two clocks. */
const slackMs = 100;

/** `longer` or `shorter` than predicted; undefined where it was as predicted, or nothing was. */
export function deviation(
  phase: Phase,
  prediction: Prediction | undefined,
  seen: readonly Phase[],
): string | undefined {
  const expected = expectedOf(phase.phase, prediction);
  if (!expected || !prediction || phase.cutBy) return undefined;
  const lasted = ms(phase.endUs - (startOf(phase.phase, prediction, seen) ?? phase).startUs);
  if (lasted > expected.highMs + slackMs) return 'longer';
  return lasted < expected.lowMs - slackMs ? 'shorter' : undefined;
}

/** How the phases are drawn that nobody imposes on the cluster. */
const classes: Partial<Record<Phase['phase'], string>> = { residual: 'residual', healed: 'residual', backoff: 'held' };

/** `3.1 s of it in 4 calls to the archive`. */
export const archiveText = ({ calls, us, failed }: NonNullable<Phase['archive']>): string =>
  `${roughly(ms(us))} of it in ${counted(calls, 'call')} to the archive${failed > 0 ? `, ${failed} in vain` : ''}`;

function phaseRow(phase: Phase, { run, verdict, frame: { zeroUs } }: View): Row {
  const fromMs = ms(phase.startUs - zeroUs);
  const toMs = ms(phase.endUs - zeroUs);
  const { prediction } = run;
  const expected = expectedOf(phase.phase, prediction);
  const start = prediction && startOf(phase.phase, prediction, verdict.phases);
  const baseMs = start ? ms(start.startUs - zeroUs) : fromMs;
  const other = deviation(phase, prediction, verdict.phases);
  const together = start && start.phase !== phase.phase ? ' together with the lease' : '';
  // A hold by the drill runs across the phases: none of them is its cause.
  const isCause = verdict.cause?.phase === phase.phase && !verdict.cause.held;
  const className = isCause ? 'cause' : (classes[phase.phase] ?? 'phase');
  // As in the table of phases: what is known for certain.
  const leastMs = phase.cutBy && measuredOf(verdict, `${phase.phase}Ms` as MetricName)?.lower;
  const withServer = serverUpText(phase, serverEpisodes(run, verdict));
  return {
    name: [...(phase.includes ?? []), phase.phase].map(phaseTitle).join(', '),
    says: leastMs ? `at least ${roughly(leastMs)}` : `${phase.cutBy ? 'at least ' : ''}${roughly(toMs - fromMs)}`,
    ...((phase.archive || expected || withServer) && {
      detail: [
        ...(withServer ? [withServer] : []),
        ...(phase.archive ? [archiveText(phase.archive)] : []),
        ...(expected
          ? [`predicted ${rangeText(expected)}${together}${other ? `, so ${other} than predicted` : ''}`]
          : []),
      ].join('; '),
    }),
    bars: [{ className, fromMs, toMs }],
    expected: expected && { fromMs: baseMs + expected.lowMs, toMs: baseMs + expected.highMs },
  };
}

/** The outages of PostgreSQL itself, as the path past the poolers shows them. */
export function serverEpisodes({ slots }: Run, { episodes }: Pick<Verdict, 'episodes'>): readonly Episode[] {
  const direct = [...slots.values()].find(({ stream }) => stream.path === 'direct' && !stream.fresh)?.stream.name;
  return episodes.filter(({ stream }) => stream === direct);
}

/** `31.6 s of it with the server up`: PgBouncer waits since its last attempt, which may be before the server was back. */
export function serverUpText(phase: Phase, server: readonly Episode[]): string {
  if (phase.phase !== 'reconnect') return '';
  const lastedMs = ms(phase.endUs - phase.startUs);
  const upMs = ms(upWithin(phase, server));
  return lastedMs < 1_000 || roughly(upMs) === roughly(lastedMs) ? '' : `${roughly(upMs)} of it with the server up`;
}

/** The outages of a stream since the first fault, as the verdict counts them, the longest first. */
function outagesAfter({ verdict, run, frame }: View, stream: string): Episode[] {
  const sinceUs = faultWindows(run)[0]?.inject.lo ?? frame.zeroUs;
  return verdict.episodes
    .filter((episode) => episode.stream === stream && episode.startUs + episode.lastedUs > sinceUs)
    .sort((a, b) => b.lastedUs - a.lastedUs);
}

/** Down together with the server, or held by the pooler alone while the server was up. */
const barsOf = (stretches: readonly Stretch[], { zeroUs }: Frame): Bar[] =>
  stretches.map(({ fromUs, toUs, serverUp }) => ({
    className: serverUp ? 'held' : 'bad',
    fromMs: ms(fromUs - zeroUs),
    toMs: ms(toUs - zeroUs),
  }));

/** `of which 22.3 s after the server was back`. */
function heldWords(stretches: readonly Stretch[]): string[] {
  const us = heldUs(stretches);
  if (us === 0) return [];
  if (stretches.every(({ serverUp }) => serverUp)) return ['while the server was up'];
  const isTail = stretches.filter(({ serverUp }) => serverUp).length === 1 && stretches.at(-1)!.serverUp;
  return [`of which ${roughly(ms(us))} ${isTail ? 'after the server was back' : 'while the server was up'}`];
}

/**
 * A lane: its longest outage in words, with all others drawn beside it, such as a relapse after the fault was healed.
 * @param server the outages of PostgreSQL itself; absent on its own lane
 */
function laneRow(longest: Episode, others: readonly Episode[], frame: Frame, server?: readonly Episode[]): Row {
  const stretches = (episode: Episode): readonly Stretch[] =>
    server
      ? stretchesOf(episode, server)
      : [{ fromUs: episode.startUs, toUs: episode.startUs + episode.lastedUs, serverUp: false }];
  const isBound = longest.endUs === null || longest.cutBy !== undefined;
  // A lower bound is as long as was seen for certain, as everywhere.
  const lastedUs = longest.lastedUs - (isBound ? longest.minusUs : 0);
  const againMs = ms(others.reduce((sum, { lastedUs }) => sum + lastedUs, 0));
  const details = [
    ...heldWords(stretches(longest)),
    ...(others.length > 0 ? [`and ${counted(others.length, 'other time')}, ${roughly(againMs)}`] : []),
  ];
  // What an earlier fault of several did lies before the axis.
  const drawn = [longest, ...others]
    .sort((a, b) => a.startUs - b.startUs)
    .flatMap((one) => barsOf(stretches(one), frame));
  const after = drawn.filter(({ toMs }) => toMs > 0);
  return {
    name: longest.stream,
    says: `down ${isBound ? 'at least ' : ''}${roughly(ms(lastedUs))}`,
    ...(details.length > 0 && { detail: details.join('; ') }),
    bars: after.length > 0 ? after : drawn.slice(-1),
  };
}

/** Direct first, then the poolers, then services over them. Reads and fresh connections are in the timeline. */
const laneOrder = { direct: 0, pooler: 1, api: 2, readonly: 3 } as const;

function laneRows(view: View): Row[] {
  const streams = [...view.run.slots.values()].map(({ stream }) => stream);
  const direct = streams.find((stream) => stream.path === 'direct' && !stream.fresh);
  const server = direct && outagesAfter(view, direct.name);
  return streams
    .filter(({ path, fresh }) => path !== 'readonly' && !fresh)
    .sort((a, b) => laneOrder[a.path] - laneOrder[b.path])
    .flatMap((stream) => {
      const [longest, ...others] = outagesAfter(view, stream.name);
      return longest ? [laneRow(longest, others, view.frame, stream.path === 'pooler' ? server : undefined)] : [];
    });
}

function predictedRow(prediction: Prediction): Row {
  const bar = { className: 'expected', fromMs: prediction.lowMs, toMs: prediction.highMs };
  return { name: 'predicted end of the outage', says: rangeText(prediction), bars: [bar] };
}

/** Shorter phases are in the table only. */
const shownFromMs = 10;

/** All rows from the top. */
export function waterfallRows(view: View): Row[] {
  const { run, verdict } = view;
  // A cluster that is gone has no failover: its phases would name what nobody waited for.
  const known = isDestroyed(run) ? [] : verdict.phases;
  const shown = known.filter(({ startUs, endUs }) => ms(endUs - startUs) >= shownFromMs);
  const phases = shown.map((phase) => phaseRow(phase, view));
  return [...(run.prediction ? [predictedRow(run.prediction)] : []), ...phases, ...laneRows(view)];
}
