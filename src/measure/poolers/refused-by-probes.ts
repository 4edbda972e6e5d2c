/** Whether log-ins were refused because of the drill itself: a real load beside it would have had those connections. */
import type { Run } from '../../journal/run.ts';
import { episodesOn, longest } from '../availability/episodes.ts';
import { poolerStreams } from '../availability/outage.ts';
import { type Sessions, sessionsOpened } from './probe-sessions.ts';
import { rejections } from './rejections.ts';

/** More than half of the sessions that were opened since the outage began, until the first log-in was refused. */
export const refusedByProbes = (run: Run): boolean => {
  const found = sessionsBeforeRefusal(run);
  return found !== undefined && found.ofProbes > found.all / 2;
};

/** Those sessions; undefined where no log-in was refused within the longest outage. */
export function sessionsBeforeRefusal(run: Run): Sessions | undefined {
  const episode = longest(poolerStreams(run).flatMap(({ stream }) => episodesOn(run, stream.name)));
  const { firstUs } = rejections(run);
  if (!episode || firstUs === undefined || firstUs < episode.startUs) return undefined;
  return firstUs > episode.startUs + episode.lastedUs ? undefined : sessionsOpened(run, episode.startUs, firstUs);
}
