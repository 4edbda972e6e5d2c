/** Whose a pooler's outage was: the server's as long as that was down too, the pooler's own while the server was up. */
import type { Episode } from '../verdict.ts';

/** A stretch of an outage. µs on the run's clock. */
export interface Stretch {
  readonly fromUs: number;
  readonly toUs: number;
  readonly serverUp: boolean;
}

type Times = Pick<Episode, 'startUs' | 'endUs' | 'lastedUs'>;

/** Two probes of one outage differ by less: the one did not see it later because the server was up. */
const togetherUs = 1_000_000;
/** A shorter lateness of a pooler is neither drawn nor said. */
const worthUs = 100_000;

const endOf = ({ startUs, lastedUs }: Times): number => startUs + lastedUs;

/**
 * An outage of a pooler, cut where the server went down or was back.
 * @param server the outages of PostgreSQL itself; one that had not ended lasts as long as the run
 * @returns stretches without a gap between them, in order; at least one
 */
export function stretchesOf(outage: Times, server: readonly Times[]): readonly Stretch[] {
  const untilUs = endOf(outage);
  const within = server
    .map((one) => ({ fromUs: one.startUs, toUs: one.endUs === null ? Number.POSITIVE_INFINITY : endOf(one) }))
    .filter(({ fromUs, toUs }) => fromUs < untilUs && toUs > outage.startUs)
    .sort((a, b) => a.fromUs - b.fromUs);
  const stretches: Stretch[] = [];
  let atUs = outage.startUs;
  const add = (toUs: number, serverUp: boolean): void => {
    const last = stretches.at(-1);
    if (last && last.serverUp === serverUp) stretches[stretches.length - 1] = { ...last, toUs };
    else if (toUs > atUs) stretches.push({ fromUs: atUs, toUs, serverUp });
    atUs = Math.max(atUs, toUs);
  };
  for (const { fromUs, toUs } of within) {
    const upUs = fromUs - atUs;
    if (upUs > 0) add(fromUs, upUs >= (stretches.length === 0 ? togetherUs : worthUs));
    if (toUs > atUs) add(Math.min(toUs, untilUs), false);
  }
  if (atUs < untilUs) add(untilUs, within.length === 0 || untilUs - atUs >= worthUs);
  return stretches.length > 0 ? stretches : [{ fromUs: outage.startUs, toUs: untilUs, serverUp: false }];
}

/** How long the pooler's clients were down while the server was up, µs. */
export const heldUs = (stretches: readonly Stretch[]): number =>
  stretches.reduce((sum, { fromUs, toUs, serverUp }) => sum + (serverUp ? toUs - fromUs : 0), 0);

/** How long the server was up within a time that a pooler took, µs. */
export const upWithin = (
  { startUs, endUs }: { readonly startUs: number; readonly endUs: number },
  server: readonly Times[],
): number => (endUs <= startUs ? 0 : heldUs(stretchesOf({ startUs, endUs, lastedUs: endUs - startUs }, server)));
