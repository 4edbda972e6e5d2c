/** Words of the headline about whom an outage hit, and how often it came. */
import type { CutOff } from './availability/share.ts';
import { inSeconds } from './measured.ts';
import type { Measured, Verdict } from './verdict.ts';

/** Whose pooler was gone, where another served on: half of the clients. @param down `were down 25.9 s` */
export function forWhom(cutOff: CutOff | undefined, down: string): string {
  if (!cutOff || cutOff.serving.length === 0) return down;
  const { share, poolers, serving } = cutOff;
  return `of ${partOf(share)} of the clients, those of ${poolers.join(', ')}, ${down}; ${serving.join(', ')} served on`;
}

/** Of clients that know another pooler: a way was gone, and they went round it. @param waitedMs the longest of 95 of 100 */
export function aroundIt(cutOff: CutOff | undefined, down: string, waitedMs: number): string {
  if (!cutOff || cutOff.serving.length === 0) return down;
  const { poolers, serving } = cutOff;
  return `through ${poolers.join(', ')} ${down}; ${serving.join(', ')} served on, and 95 % of the clients, which know both, waited at most ${inSeconds(waitedMs)} s`;
}

const partOf = (share: number): string => {
  if (Math.abs(share - 1 / 2) < 0.01) return 'half';
  if (Math.abs(share - 1 / 3) < 0.01) return 'a third';
  return `${Math.round(100 * share)} %`;
};

/**
 * Of an outage that came back: how often, and how long together.
 * @param outage the longest
 * @param faultUs what was over before it is not counted
 */
export function several(
  { measured, episodes }: Pick<Verdict, 'measured' | 'episodes'>,
  outage: Pick<Measured, 'evidence'>,
  faultUs = Number.NEGATIVE_INFINITY,
): string {
  const downtime = measured.find(({ metric }) => metric === 'writeDowntimeMs')?.value;
  const { stream } = episodes.find(({ evidence }) => evidence[0] === outage.evidence[0]) ?? {};
  const times = episodes.filter(
    (episode) => episode.stream === stream && episode.startUs + episode.lastedUs > faultUs,
  ).length;
  if (times < 2 || !downtime) return '';
  return `, the longest of ${times} outages (${inSeconds(downtime)} s together)`;
}
