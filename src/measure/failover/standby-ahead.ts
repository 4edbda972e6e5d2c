/**
 * A standby that replayed WAL of the old timeline beyond the point where the new one forked off: it was ahead of the
 * new primary, and PostgreSQL lets it follow a timeline only from a point that it has not passed.
 */
import type { EventOf } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { once } from '../once.ts';
import { lookUs } from './edge.ts';

type Look = EventOf<'replica'>;

export interface Ahead {
  readonly instance: string;
  /** How far it had replayed, as a byte position. */
  readonly lsn: number;
  readonly primary: string;
  /** The primary’s timeline, and how far it had written on it at that look: the timeline begins there or before. */
  readonly timeline: number;
  readonly primaryLsn: number;
  /** The primary that it had streamed from last, on which timeline and until when; undefined where it was that primary. */
  readonly from: { readonly instance: string; readonly timeline: number; readonly untilUs: number } | undefined;
  /** When that was first seen, µs. */
  readonly seenUs: number;
  readonly evidence: readonly number[];
}

/** Looks of one round: the primary is looked at first. */
const sameRoundUs = 2 * lookUs;

/** Each instance that was seen ahead, by the first look that shows it, and that did not stream at its last look. */
export const aheadOf = once(({ replicas }: Run): readonly Ahead[] => {
  const found = new Map<string, Ahead>();
  const streamedFrom = new Map<string, Ahead['from']>();
  let primary: Look | undefined;
  let firstTimeline: number | undefined;
  for (const look of replicas) {
    const { instance, streaming, syncState, timeline, replayedLsn, tUs, seq } = look;
    if (syncState === 'primary') {
      primary = look;
      firstTimeline ??= timeline;
      continue;
    }
    if (!primary || tUs - primary.tUs > sameRoundUs) continue;
    if (streaming) {
      streamedFrom.set(instance, { instance: primary.instance, timeline: primary.timeline, untilUs: tUs });
      found.delete(instance);
    } else if (isAhead(look, primary, firstTimeline) && !found.has(instance))
      found.set(instance, {
        ...{ instance, lsn: replayedLsn!, primary: primary.instance, timeline: primary.timeline },
        ...{
          primaryLsn: primary.replayedLsn!,
          from: streamedFrom.get(instance),
          seenUs: tUs,
          evidence: [primary.seq, seq],
        },
      });
  }
  return [...found.values()];
});

/** The primary was promoted in this run, does not list the standby, and has written less than the standby replayed. */
const isAhead = (standby: Look, primary: Look, firstTimeline: number | undefined): boolean =>
  firstTimeline !== undefined &&
  primary.timeline > firstTimeline &&
  standby.timeline < primary.timeline &&
  standby.primarySays !== 'sync' &&
  standby.primarySays !== 'quorum' &&
  standby.primarySays !== 'async' &&
  (standby.replayedLsn ?? 0) > (primary.replayedLsn ?? Number.POSITIVE_INFINITY);
