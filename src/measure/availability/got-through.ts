/** Writes of clients that a pooler served while writes were down: an outage that a few of them got through. */
import type { Run } from '../../journal/run.ts';
import { interval } from '../interval.ts';
import { ms } from '../measured.ts';
import { acknowledgedThrough } from './acknowledged.ts';
import { episodesOn, longest } from './episodes.ts';
import { poolerStreams } from './outage.ts';

/**
 * The longest time within the longest outage in which no client had a write acknowledged through any pooler, ms. What the
 * drill's own probes and sessions beside the poolers were acknowledged does not count. Undefined where nothing was down.
 */
export function longestWaitWithin(run: Run): number | undefined {
  const streams = poolerStreams(run);
  const episode = longest(streams.flatMap(({ stream }) => episodesOn(run, stream.name)));
  if (!episode) return undefined;
  const endUs = episode.startUs + episode.lastedUs;
  const times = [interval(episode.startUs, endUs)];
  const acknowledged = streams.flatMap(({ stream }) => [...acknowledgedThrough(run, stream.name, times).within]);
  const edges = [episode.startUs, ...acknowledged.sort((a, b) => a - b), endUs];
  return ms(edges.slice(1).reduce((most, us, i) => Math.max(most, us - edges[i]!), 0));
}
