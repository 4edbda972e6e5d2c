/** Writes that a standby should have held and none did: a synchronous set-up that degraded, said or unsaid. */
import { outcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { inSeconds, measured, ms, sampled, unmeasurable } from '../measured.ts';
import type { Measured } from '../verdict.ts';
import { type Unprotected, withoutSynchronous } from './without-synchronous.ts';

const ok = outcomes.indexOf('ok');
const okLocal = outcomes.indexOf('okLocal');

/**
 * `exposedWrites`: writes acknowledged while no standby was synchronous, and those acknowledged with the warning that the
 * wait for one was cancelled, where the topology promises synchronous replication. Looks at the standbys come now and
 * then: the lower end counts what fell between looks that found none, the upper what may have.
 */
export function exposedWrites(run: Run): Measured {
  const metric = 'exposedWrites';
  const { ops, header, replicas } = run;
  if (header.topology.durability === 'asynchronous')
    return unmeasurable(metric, 'the topology promises no synchronous replication');
  if (ops.n === 0 || replicas.length === 0)
    return unmeasurable(metric, 'there was no load, or nobody looked at standbys');
  const unprotected = withoutSynchronous(run);
  const rows = { certain: [] as number[], possible: [] as number[] };
  const isNever = unprotected.possible.length === 0 && unprotected.certain.length === 0;
  for (let row = 0; row < ops.n; row++) {
    const doneUs = ops.doneUs[row]!;
    const isLocal = ops.outcome[row] === okLocal;
    if (!isLocal && (isNever || ops.outcome[row] !== ok)) continue;
    for (const edge of ['certain', 'possible'] as const)
      if (isLocal || unprotected[edge].some(({ lo, hi }) => lo <= doneUs && doneUs <= hi)) rows[edge].push(row);
  }
  return measured(metric, {
    value: rows.certain.length,
    lower: rows.certain.length,
    upper: rows.possible.length,
    evidence: sampled(rows.certain.map((row) => ops.seq[row]!)),
    note: noteOf(unprotected),
  });
}

function noteOf({ certain, possible }: Unprotected): string {
  if (possible.length === 0) return '';
  const longestUs = Math.max(0, ...certain.map(({ lo, hi }) => hi - lo));
  return `the primary had no synchronous standby for ${inSeconds(ms(longestUs))} s at the longest for certain; looks found none ${possible.length === 1 ? 'once' : `${possible.length} times`}`;
}
