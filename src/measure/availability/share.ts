/** How many of the clients were cut off at once: one of two poolers that is gone is half an outage. */
import type { Run } from '../../journal/run.ts';
import { measured, unmeasurable } from '../measured.ts';
import { once } from '../once.ts';
import type { Measured } from '../verdict.ts';
import { clientsOf } from './acknowledged.ts';
import { episodesOn } from './episodes.ts';
import { poolerStreams, whyNoOutage } from './outage.ts';

export interface CutOff {
  /** Poolers that did not serve at the same time. */
  readonly poolers: readonly string[];
  /** The others. */
  readonly serving: readonly string[];
  /** Of the clients, by where they logged in first; of the poolers where no log-in is known. */
  readonly share: number;
}

/** The moment at which most clients were cut off; undefined where none ever was. */
export const cutOff = once((run: Run): CutOff | undefined => {
  const names = poolerStreams(run).map(({ stream }) => stream.name);
  const episodes = names.flatMap((name) => episodesOn(run, name));
  const moments = episodes.map(({ startUs }) => startUs);
  const counts = clientsOf(run);
  const weightOf = (name: string): number => (counts.size === 0 ? 1 : (counts.get(name) ?? 0));
  const weight = (some: readonly string[]): number => some.reduce((sum, name) => sum + weightOf(name), 0);
  const all = Math.max(1, weight(names));
  const found = moments.map((us) => {
    const isDown = (name: string): boolean =>
      episodes.some(({ stream, startUs, lastedUs }) => stream === name && startUs <= us && us < startUs + lastedUs);
    const poolers = names.filter(isDown);
    return { poolers, serving: names.filter((name) => !poolers.includes(name)), share: weight(poolers) / all };
  });
  return found.sort((a, b) => b.share - a.share)[0];
});

/** `cutOffShare`: 0 … 1. */
export function cutOffShare(run: Run): Measured {
  const metric = 'cutOffShare';
  const streams = poolerStreams(run);
  const why = streams.length === 0 ? 'no probes of a pooler' : whyNoOutage(run, streams);
  if (why) return unmeasurable(metric, why);
  const found = cutOff(run);
  const value = found?.share ?? 0;
  const note =
    found && found.serving.length > 0 ? `${found.poolers.join(', ')}; ${found.serving.join(', ')} served on` : '';
  return measured(metric, { value, lower: value, upper: value, note });
}
