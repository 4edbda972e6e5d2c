/** What was in the way after the drill had ended its fault, as observers saw it, until writes were back. */
import type { Run } from '../../journal/run.ts';
import { inSeconds, listed, ms } from '../measured.ts';
import { lookUs } from './edge.ts';
import { isSynchronous } from './standby-wait.ts';

/** A shorter way back needs no explanation. */
const worthUs = 2_000_000;

/**
 * @param phase the one that the drill's healing ended
 * @returns a sentence with a space before it; empty where writes were back soon, or where nobody saw what came between
 */
export function afterHeal(
  run: Run,
  { endUs: healUs }: { readonly endUs: number },
  { startUs, lastedUs }: { readonly startUs: number; readonly lastedUs: number },
): string {
  const backUs = startUs + lastedUs;
  if (backUs - healUs < worthUs) return '';
  const steps = [leaseReleased, promotion, standbyAgain].flatMap((find) => find(run, healUs, backUs) ?? []);
  if (steps.length === 0) return '';
  const each = steps
    .sort((a, b) => a.atUs - b.atUs)
    .map(({ atUs, what }) => `${what} after ${inSeconds(ms(atUs - healUs))} s`);
  return ` Once the fault had ended, ${listed(each)}.`;
}

interface Step {
  readonly atUs: number;
  readonly what: string;
}
type Find = (run: Run, fromUs: number, untilUs: number) => Step | undefined;

const leaseReleased: Find = ({ notes }, fromUs, untilUs) => {
  const found = notes.find(({ tUs, lease }) => lease?.to === '' && tUs > fromUs && tUs <= untilUs);
  return found && { atUs: found.tUs, what: `${found.lease!.from} released the primary lease` };
};

const promotion: Find = ({ roles }, fromUs, untilUs) => {
  const before = Math.max(0, ...roles.filter(({ tUs }) => tUs <= fromUs).map(({ timeline }) => timeline ?? 0));
  const found = roles.find(
    ({ role, observer, timeline = 0, tUs }) =>
      role === 'primary' && observer === 'sql' && timeline > before && tUs > fromUs && tUs <= untilUs,
  );
  return found && { atUs: found.tUs, what: `${found.instance} was promoted` };
};

/** The first synchronous standby that streamed, after a look at the beginning that found none. */
const standbyAgain: Find = ({ replicas, header }, fromUs, untilUs) => {
  if (header.topology.durability === 'asynchronous') return undefined;
  const before = new Map(replicas.filter(({ tUs }) => tUs <= fromUs).map((look) => [look.instance, look]));
  if (before.size === 0 || [...before.values()].some(isSynchronous)) return undefined;
  // A look that comes a little late still speaks of the wait: the commit went on as soon as a standby had it.
  const found = replicas.find((look) => look.tUs > fromUs && look.tUs <= untilUs + lookUs && isSynchronous(look));
  return (
    found && { atUs: Math.min(found.tUs, untilUs), what: `${found.instance} streamed again as a synchronous standby` }
  );
};
