/** Words of the headline about whom an outage hit, and how often it came. */
import type { CutOff } from './availability/share.ts';
import { inSeconds } from './measured.ts';
import type { Episode, Measured } from './verdict.ts';

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

interface Around {
  /** What was over before it is not counted. */
  readonly faultUs?: number | undefined;
  /** The streams of writes through a pooler. */
  readonly poolers?: readonly string[] | undefined;
}

/** An outage and what else was down since the fault: on its own path, and on that of another pooler. */
export interface Outages {
  readonly longest: Episode;
  /** On the same path. */
  readonly others: readonly Episode[];
  /** Some outage on this path was over before the fault. */
  readonly earlier: boolean;
  /** A pooler that was down for longer beside its own longest outage, with those outages. */
  readonly elsewhere?: { readonly pooler: string; readonly others: readonly Episode[] } | undefined;
}

const lastedMs = (some: readonly Episode[]): number => some.reduce((sum, { lastedUs }) => sum + lastedUs, 0) / 1000;

/** @returns undefined where no episode is the outage that was measured */
export function outagesOf(
  episodes: readonly Episode[],
  outage: Pick<Measured, 'evidence'>,
  { faultUs = Number.NEGATIVE_INFINITY, poolers = [] }: Around = {},
): Outages | undefined {
  const longest = episodes.find(({ evidence }) => evidence[0] !== undefined && evidence[0] === outage.evidence[0]);
  if (!longest) return undefined;
  const isSince = ({ startUs, lastedUs }: Episode): boolean => startUs + lastedUs > faultUs;
  const besides = (pooler: string): Episode[] =>
    episodes
      .filter((one) => one.stream === pooler && isSince(one))
      .sort((a, b) => b.lastedUs - a.lastedUs)
      .slice(1);
  const others = episodes.filter((one) => one.stream === longest.stream && one !== longest && isSince(one));
  const elsewhere = poolers
    .filter((pooler) => pooler !== longest.stream)
    .map((pooler) => ({ pooler, others: besides(pooler) }))
    .sort((a, b) => lastedMs(b.others) - lastedMs(a.others))[0];
  return {
    ...{ longest, others },
    earlier: episodes.some((one) => one.stream === longest.stream && !isSince(one)),
    ...(elsewhere && lastedMs(elsewhere.others) >= lastedMs(others) + worthSayingMs && { elsewhere }),
  };
}

/** Less is not worth a word in the headline. */
const worthSayingMs = 1_000;

const together = (some: readonly Episode[]): string =>
  `${inSeconds(lastedMs(some))} s${some.length > 1 ? ' together' : ''}`;

/** Of an outage that came back: how often, and for how long beside the longest. */
export function several({ longest, others, earlier, elsewhere }: Outages): string {
  if (others.length === 0) return '';
  const since = earlier ? ' since the fault' : '';
  // Another path has another count.
  const on = elsewhere ? ` on ${longest.stream}` : '';
  return `, the longest of ${others.length + 1} outages${on}${since} (the other${others.length > 1 ? 's' : ''} ${together(others)})`;
}

/** Of another pooler that went down more often. */
export const alsoElsewhere = ({ elsewhere }: Outages): string =>
  elsewhere
    ? `; ${elsewhere.pooler} had ${elsewhere.others.length + 1} outages (${elsewhere.others.length === 1 ? 'the shorter one' : 'all but the longest'} ${together(elsewhere.others)})`
    : '';

/** Poolers that served for a while within the outage, less than the outage's own length apart. */
export function servedWithin({ longest }: Outages, episodes: readonly Episode[], poolers: readonly string[]): string {
  const untilUs = longest.startUs + longest.lastedUs;
  const served = poolers
    .filter((pooler) => pooler !== longest.stream)
    .map((pooler) => {
      const own = episodes.filter(
        ({ stream, startUs, lastedUs }) =>
          stream === pooler && startUs < untilUs && startUs + lastedUs > longest.startUs,
      );
      const gaps = own.slice(1).map(({ startUs }, i) => startUs - own[i]!.startUs - own[i]!.lastedUs);
      return { pooler, ms: gaps.reduce((sum, us) => sum + us, 0) / 1000 };
    })
    .filter(({ ms }) => ms >= worthSayingMs / 2);
  return served.map(({ pooler, ms }) => `; ${pooler} served for ${inSeconds(ms)} s meanwhile`).join('');
}
