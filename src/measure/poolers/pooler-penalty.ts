/** What the pooler adds to an outage, and when it began. */
import type { Run } from '../../journal/run.ts';
import { episodesAfter, mainFault, type Recovery } from '../availability/impact.ts';
import { poolerStreams, whyNoOutage } from '../availability/outage.ts';
import { comparableRecoveries } from '../availability/recoveries.ts';
import { inSeconds, measured, ms, unmeasurable } from '../measured.ts';
import type { Measured } from '../verdict.ts';

/** `poolerPenaltyMs` = recovery of the last pooler − recovery of the direct stream, signed. */
export function poolerPenalty(run: Run): Measured {
  const metric = 'poolerPenaltyMs';
  const found = comparableRecoveries(run);
  if (typeof found === 'string') return unmeasurable(metric, found);
  if (!found.harmed) return measured(metric, { value: 0, lower: 0, upper: 0, note: 'no impact' });
  return penaltyOf(found.poolers, found.direct);
}

/**
 * A bound of one end is a bound of the difference on one side only. Where the drill or the end of the run ended both, or
 * where nothing bounds it, the two ends say nothing about the pooler.
 */
function penaltyOf(poolers: readonly Recovery[], direct: Recovery): Measured {
  const cut = poolers.some(({ isBound }) => isBound);
  if (direct.isBound && cut)
    return unmeasurable('poolerPenaltyMs', 'neither the direct stream nor the poolers recovered on their own');
  const inOrder = [...poolers].sort((a, b) => a.atUs - b.atUs);
  const last = inOrder.at(-1)!;
  const value = ms(last.atUs - direct.atUs);
  const latest = { lo: Math.max(...poolers.map(({ at }) => at.lo)), hi: Math.max(...poolers.map(({ at }) => at.hi)) };
  return measured('poolerPenaltyMs', {
    value,
    // Without an end of the direct stream's outage nothing bounds the difference from below.
    lower: direct.isBound ? null : Math.min(value, ms(latest.lo - direct.at.hi)),
    upper: cut ? null : Math.max(value, ms(latest.hi - direct.at.lo)),
    evidence: [last, direct].flatMap((one) => one.last?.evidence ?? []),
    note: inOrder.map(({ stream, atUs }) => `${stream} ${signedSeconds(ms(atUs - direct.atUs))}`).join(', '),
  });
}

/** `onsetMs` = start of the first episode on a pooler − t_F, of the fault that did the most harm. */
export function onset(run: Run): Measured {
  const metric = 'onsetMs';
  const why = whyNoOutage(run, poolerStreams(run));
  if (why) return unmeasurable(metric, why);
  const fault = mainFault(run);
  if (!fault) return unmeasurable(metric, 'no fault was injected');
  const all = poolerStreams(run).flatMap(({ stream }) => episodesAfter(run, fault, stream.name));
  const first = all.sort((a, b) => a.startUs - b.startUs)[0];
  if (!first) return measured(metric, { value: 0, lower: 0, upper: 0, note: 'no impact' });
  return measured(metric, {
    value: ms(first.startUs - fault.inject.lo),
    lower: ms(first.start.lo - fault.inject.hi),
    upper: ms(first.start.hi - fault.inject.lo),
    evidence: [...fault.evidence, ...first.evidence.slice(0, 1)],
    note: `${fault.fault} of ${fault.target}, seen on ${first.stream}`,
  });
}

const signedSeconds = (value: number): string => `${value < 0 ? '−' : '+'}${inSeconds(Math.abs(value))} s`;
