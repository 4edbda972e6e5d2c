/** Whose an outage was, in the words of the headline: the server’s, the pooler’s, or both. */
import { inSeconds } from './measured.ts';
import type { MetricName } from './metrics.ts';
import type { Measured, Verdict } from './verdict.ts';

type Judged = Pick<Verdict, 'measured' | 'episodes' | 'cause'>;

const find = ({ measured }: Pick<Verdict, 'measured'>, metric: MetricName): Measured | undefined =>
  measured.find((found) => found.metric === metric);

/** Less is not worth a word in the headline. */
const worthSayingMs = 1_000;

/** The pooler's lateness is not part of the longest episode where it exceeds this beyond the rest of that episode. */
const anotherEpisodeMs = 2_000;

/** What of the outage was the server's, and what the pooler's. */
export function whoseFault(verdict: Judged, outageMs: number): string {
  const direct = find(verdict, 'directOutageMs');
  const penalty = find(verdict, 'poolerPenaltyMs')?.value;
  if (!direct || direct.value === null || direct.upper === null || penalty === undefined || penalty === null) return '';
  // A path that no client takes was down for longer: it does not say when the server was back for those of the poolers.
  if (direct.value > outageMs + anotherEpisodeMs)
    return `; past the poolers they were down ${inSeconds(direct.value)} s`;
  const server =
    direct.value === 0
      ? 'PostgreSQL itself was never down'
      : `PostgreSQL itself was back after ${inSeconds(direct.value)} s${downAgain(verdict, direct)}`;
  if (verdict.cause?.poolerBroken) return `; ${server}`;
  const ofThis = addedToLongest(verdict);
  if (ofThis !== undefined) return `; ${server}, PgBouncer added ${inSeconds(ofThis)} s${whatItDid(verdict)}`;
  if (penalty > Math.max(0, outageMs - direct.value) + anotherEpisodeMs)
    return `; ${server}, PgBouncer went down once more and was back for good ${inSeconds(penalty)} s after PostgreSQL${whatItDid(verdict)}`;
  if (penalty >= 100) return `; ${server}, PgBouncer added ${inSeconds(penalty)} s${whatItDid(verdict)}`;
  if (penalty <= -100) return `; ${server}, PgBouncer was back ${inSeconds(-penalty)} s earlier`;
  return `; ${server}, PgBouncer added nothing`;
}

/** A server that went down more often while clients of a pooler saw one outage. */
function downAgain({ episodes, measured }: Pick<Verdict, 'episodes' | 'measured'>, direct: Measured): string {
  const outage = find({ measured }, 'writeOutageMs');
  const starting = (found: Measured | undefined) =>
    episodes.find(({ evidence }) => evidence[0] !== undefined && evidence[0] === found?.evidence[0]);
  const [whole, own] = [starting(outage), starting(direct)];
  if (!whole || !own) return '';
  const later = episodes.filter(
    ({ stream, startUs, lastedUs }) =>
      stream === own.stream && startUs > own.startUs && startUs + lastedUs < whole.startUs + whole.lastedUs,
  );
  const togetherMs = later.reduce((sum, { lastedUs }) => sum + lastedUs, 0) / 1000;
  return togetherMs < worthSayingMs
    ? ''
    : `, and down ${later.length === 1 ? 'once' : `${later.length} times`} more (${inSeconds(togetherMs)} s)`;
}

/**
 * What PgBouncer added to the longest outage, where its lateness as it was measured is that in another outage of the run;
 * undefined where the measure speaks of this one. ms
 */
export function addedToLongest(verdict: Pick<Verdict, 'measured'>): number | undefined {
  const value = (metric: MetricName): number => find(verdict, metric)?.value ?? 0;
  const [outageMs, directMs] = [value('writeOutageMs'), value('directOutageMs')];
  const isOther = directMs > 0 && value('writeDowntimeMs') > outageMs + 100;
  return isOther && outageMs - directMs - value('poolerPenaltyMs') >= 500 ? outageMs - directMs : undefined;
}

/** What kept the pooler's clients out: a storm, a hold. */
function whatItDid(verdict: Judged): string {
  const found = (metric: MetricName): number => find(verdict, metric)?.value ?? 0;
  const words = [
    ...(found('stormMs') > 0 ? ['a storm of new connections'] : []),
    ...(found('holdMs') > 0 ? ['it opened no connection for a while'] : []),
  ];
  return words.length > 0 ? ` (${words.join('; ')})` : '';
}
