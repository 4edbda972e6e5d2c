/** Whose an outage was, in the words of the headline: the server’s, the pooler’s, or both. */
import { heldUs, stretchesOf } from './availability/held.ts';
import { inSeconds } from './measured.ts';
import type { MetricName } from './metrics.ts';
import type { Measured, Verdict } from './verdict.ts';

type Judged = Pick<Verdict, 'measured' | 'episodes' | 'cause'>;

const find = ({ measured }: Pick<Verdict, 'measured'>, metric: MetricName): Measured | undefined =>
  measured.find((found) => found.metric === metric);

/** Less is not worth a word in the headline. */
const worthSayingMs = 1_000;

/** The direct path was down for so much longer: it is not the server's part of the outage. */
const otherPathMs = 2_000;

/** A path that no client takes was down for longer: it does not say when the server was back for those of the poolers. */
export function isApart({ measured }: Pick<Verdict, 'measured'>): boolean {
  const [outage, direct] = [find({ measured }, 'writeOutageMs'), find({ measured }, 'directOutageMs')];
  return outage?.value != null && direct?.value != null && direct.value > outage.value + otherPathMs;
}

/** What of the outage was the server's, and what the pooler's. */
export function whoseFault(verdict: Judged): string {
  const direct = find(verdict, 'directOutageMs');
  const penalty = find(verdict, 'poolerPenaltyMs')?.value;
  if (!direct || direct.value === null || direct.upper === null || penalty === undefined || penalty === null) return '';
  if (isApart(verdict))
    return `; the direct path, which only the drill’s probe uses, was down ${inSeconds(direct.value)} s`;
  const server =
    direct.value === 0
      ? 'PostgreSQL itself was never down'
      : (downAgain(verdict, direct) ?? `PostgreSQL itself was back after ${inSeconds(direct.value)} s`);
  if (verdict.cause?.poolerBroken) return `; ${server}`;
  const ofThis = addedToLongest(verdict);
  if (ofThis !== undefined && ofThis >= 100)
    return `; ${server}, PgBouncer added ${inSeconds(ofThis)} s${whatItDid(verdict)}`;
  if (ofThis !== undefined) return `; ${server}, PgBouncer added nothing`;
  if (penalty >= 100) return `; ${server}, PgBouncer added ${inSeconds(penalty)} s${whatItDid(verdict)}`;
  if (penalty <= -100) return `; ${server}, PgBouncer was back ${inSeconds(-penalty)} s earlier`;
  return `; ${server}, PgBouncer added nothing`;
}

/** A server that went down more often while clients of a pooler saw one outage, all of it; undefined where it did not. */
function downAgain(
  { episodes, measured }: Pick<Verdict, 'episodes' | 'measured'>,
  direct: Measured,
): string | undefined {
  const outage = find({ measured }, 'writeOutageMs');
  const starting = (found: Measured | undefined) =>
    episodes.find(({ evidence }) => evidence[0] !== undefined && evidence[0] === found?.evidence[0]);
  const [whole, own] = [starting(outage), starting(direct)];
  if (!whole || !own) return undefined;
  const later = episodes.filter(
    ({ stream, startUs, lastedUs }) =>
      stream === own.stream && startUs > own.startUs && startUs + lastedUs < whole.startUs + whole.lastedUs,
  );
  const togetherMs = later.reduce((sum, { lastedUs }) => sum + lastedUs, 0) / 1000;
  const allMs = direct.value! + togetherMs;
  return togetherMs < worthSayingMs
    ? undefined
    : `PostgreSQL itself was down ${later.length === 1 ? 'twice' : `${later.length + 1} times`} meanwhile, ${inSeconds(allMs)} s together`;
}

/** The measured lateness speaks of the longest outage as long as it differs by less from what that shows. */
const sameOutageMs = 100;

/**
 * What PgBouncer added to the longest outage, where its lateness as it was measured is that in another outage of the run,
 * or the server went down again meanwhile; undefined where the measure speaks of this one. ms
 */
export function addedToLongest({ measured, episodes }: Pick<Verdict, 'measured' | 'episodes'>): number | undefined {
  const [outage, direct] = [find({ measured }, 'writeOutageMs'), find({ measured }, 'directOutageMs')];
  const penaltyMs = find({ measured }, 'poolerPenaltyMs')?.value;
  if (!outage?.value || direct?.value == null || direct.upper === null || penaltyMs == null) return undefined;
  // Nothing of an outage that ended before the server was back, or with it.
  const starting = (found: Measured) =>
    episodes.find(({ evidence }) => evidence[0] !== undefined && evidence[0] === found.evidence[0]);
  const longest = starting(outage);
  const own = starting(direct);
  const heldMs = longest
    ? heldUs(stretchesOf(longest, own ? episodes.filter(({ stream }) => stream === own.stream) : [])) / 1000
    : Math.max(0, outage.value - direct.value);
  // Without the episodes, a pooler that was back first added nothing.
  if (penaltyMs < 0 && (heldMs === 0 || !longest)) return undefined;
  return Math.abs(heldMs - penaltyMs) < sameOutageMs ? undefined : heldMs;
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
