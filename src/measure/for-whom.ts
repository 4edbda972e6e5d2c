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

const partOf = (share: number): string => {
  if (Math.abs(share - 1 / 2) < 0.01) return 'half';
  if (Math.abs(share - 1 / 3) < 0.01) return 'a third';
  return `${Math.round(100 * share)} %`;
};

/** Of an outage that came back: how often, and how long together. @param outage the longest */
export function several(
  { measured, episodes }: Pick<Verdict, 'measured' | 'episodes'>,
  outage: Pick<Measured, 'evidence'>,
): string {
  const downtime = measured.find(({ metric }) => metric === 'writeDowntimeMs')?.value;
  const { stream } = episodes.find(({ evidence }) => evidence[0] === outage.evidence[0]) ?? {};
  const times = episodes.filter((episode) => episode.stream === stream).length;
  if (times < 2 || !downtime) return '';
  return `, the longest of ${times} outages (${inSeconds(downtime)} s together)`;
}
