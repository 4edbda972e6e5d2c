/** Which promotion broke a limit on promotions; why writes were down meanwhile is the cause of the outage. */
import type { Run } from '../../journal/run.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { causeOf } from '../failover/cause.ts';
import { wordsOf } from '../failover/cause-words.ts';
import { outageOf } from '../failover/phases.ts';
import { inSeconds } from '../measured.ts';
import type { Check, Reason } from '../verdict.ts';

/** Of `promotions`; empty where the limit allows some, or nobody saw which instance was promoted. */
export function promotions(run: Run, { limit }: Pick<Check, 'limit'>): Pick<Reason, 'why' | 'advice'> {
  const other = promotedAfter(run);
  const promoted = other ?? promotedAgain(run);
  if (limit.max !== 0 || !promoted) return { why: '', advice: '' };
  const was = other ? 'was promoted' : 'had stepped down and was promoted again,';
  const why = `${promoted.instance} ${was} ${inSeconds(promoted.afterMs)} s after the fault began, because of it: the limit allows no promotion.`;
  return { why, advice: rideOutAdvice(run) };
}

/** How to ride the fault out without a failover, where the cause of the outage, another part of it, does not say so. */
function rideOutAdvice(run: Run): string {
  const found = outageOf(run);
  if (typeof found === 'string' || causeOf(run)?.phase === 'detect') return '';
  const phase = found.phases.find((one) => one.phase === 'detect');
  const isLimited = found.fault.scheduled && phase !== undefined;
  return (isLimited && wordsOf(run, found, phase).advice) || '';
}

interface Promoted {
  readonly instance: string;
  readonly afterMs: number;
}

/** The first instance, other than the last primary before the fault, that became the primary after it. */
export function promotedAfter(run: Run): Promoted | undefined {
  const fromUs = faultWindows(run)[0]?.inject.lo;
  if (fromUs === undefined) return undefined;
  const isPrimary = ({ role, observer }: Run['roles'][number]): boolean => role === 'primary' && observer === 'sql';
  const before = run.roles.findLast((one) => isPrimary(one) && one.tUs <= fromUs)?.instance;
  const found = run.roles.find((one) => isPrimary(one) && one.tUs > fromUs && one.instance !== before);
  return found && { instance: found.instance, afterMs: (found.tUs - fromUs) / 1000 };
}

/** An instance that was a replica since the fault, and then the primary. */
function promotedAgain(run: Run): Promoted | undefined {
  const fromUs = faultWindows(run)[0]?.inject.lo;
  if (fromUs === undefined) return undefined;
  const replicas = new Set<string>();
  for (const { role, observer, instance, tUs } of run.roles) {
    if (observer !== 'sql' || tUs <= fromUs) continue;
    if (role === 'replica') replicas.add(instance);
    if (role === 'primary' && replicas.has(instance)) return { instance, afterMs: (tUs - fromUs) / 1000 };
  }
  return undefined;
}
