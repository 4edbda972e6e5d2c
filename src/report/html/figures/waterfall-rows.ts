/** What the failover's drawing is made of: the prediction, the phases one after the other, and a lane for each way in. */
import type { EventOf } from '../../../journal/event.ts';
import type { Episode, Phase } from '../../../measure/verdict.ts';
import type { Frame } from '../../frame.ts';
import { amount } from '../../text.ts';
import type { View } from '../view.ts';

type Expected = EventOf<'prediction'>['phases'][number];

/** One bar or several in a row; times in ms since the fault. */
export interface Row {
  readonly name: string;
  /** What is said about it beside its name. */
  readonly says: string;
  /** What is said where there is room. */
  readonly detail?: string;
  readonly bars: readonly { readonly className: string; readonly fromMs: number; readonly toMs: number }[];
  /** Where the end of the first bar was expected. */
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

function phaseRow(phase: Phase, { zeroUs }: Frame, expected: readonly Expected[]): Row {
  const fromMs = ms(phase.startUs - zeroUs);
  const toMs = ms(phase.endUs - zeroUs);
  const foreseen = expected.find((one) => one.phase === phase.phase);
  return {
    name: phase.phase,
    says: roughly(toMs - fromMs),
    bars: [{ className: phase.phase === 'residual' ? 'residual' : 'phase', fromMs, toMs }],
    expected: foreseen && { fromMs: fromMs + foreseen.lowMs, toMs: fromMs + foreseen.highMs },
  };
}

/** The longest outage of a stream after the fault. */
function longestAfter({ verdict, frame }: View, stream: string): Episode | undefined {
  return verdict.episodes
    .filter((episode) => episode.stream === stream && episode.startUs + episode.lastedUs > frame.zeroUs)
    .sort((a, b) => b.lastedUs - a.lastedUs)[0];
}

/** A lane: down together with the server, and from where that was back held by the pooler alone. */
function laneRow(episode: Episode, { zeroUs }: Frame, serverBackUs: number | undefined): Row {
  const fromMs = ms(episode.startUs - zeroUs);
  const toMs = fromMs + ms(episode.lastedUs);
  const splitMs = serverBackUs === undefined ? toMs : Math.min(toMs, Math.max(fromMs, ms(serverBackUs - zeroUs)));
  const bound = episode.endUs === null || episode.cutBy !== undefined ? 'at least ' : '';
  const heldMs = toMs - splitMs;
  return {
    name: episode.stream,
    says: `down ${bound}${roughly(toMs - fromMs)}`,
    ...(heldMs >= 100 && { detail: `of which ${roughly(heldMs)} after the server was back` }),
    bars: [
      { className: 'bad', fromMs, toMs: splitMs },
      { className: 'held', fromMs: splitMs, toMs },
    ],
  };
}

/** Direct first, then the poolers, then the rest, as they are named. */
const laneOrder = { direct: 0, pooler: 1, readonly: 2, api: 3 } as const;

function laneRows(view: View): Row[] {
  const streams = [...view.run.slots.values()].map(({ stream }) => stream);
  const direct = streams.find((stream) => stream.path === 'direct' && !stream.fresh);
  const server = direct && longestAfter(view, direct.name);
  const serverBackUs = server?.endUs ?? undefined;
  return streams
    .sort((a, b) => laneOrder[a.path] - laneOrder[b.path] || Number(a.fresh) - Number(b.fresh))
    .flatMap((stream) => {
      const episode = longestAfter(view, stream.name);
      return episode ? [laneRow(episode, view.frame, stream.path === 'pooler' ? serverBackUs : undefined)] : [];
    });
}

function predictedRow(prediction: EventOf<'prediction'>): Row {
  const bar = { className: 'expected', fromMs: prediction.lowMs, toMs: prediction.highMs };
  return { name: 'predicted', says: rangeText(prediction), bars: [bar] };
}

/** All rows from the top. */
export function waterfallRows(view: View): Row[] {
  const { run, verdict, frame } = view;
  const phases = verdict.phases.map((phase) => phaseRow(phase, frame, run.prediction?.phases ?? []));
  return [...(run.prediction ? [predictedRow(run.prediction)] : []), ...phases, ...laneRows(view)];
}
