/** Who took over, and whether they were allowed to. */
import type { EventOf } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { counted, exactly, unmeasurable } from '../measured.ts';
import type { Measured } from '../verdict.ts';

/** `promotions`: how often an instance became primary of a new timeline: none where nobody should take over. */
export function promotions(run: Run): Measured {
  const metric = 'promotions';
  if (!run.roles.some(({ observer }) => observer === 'sql')) return unmeasurable(metric, 'nobody asked the instances');
  const took = promotionsIn(run);
  const who = took.map(({ instance, timeline }) => `${instance} on timeline ${timeline}`);
  return exactly(
    metric,
    took.length,
    took.map(({ seq }) => seq),
    who.join(', '),
  );
}

/**
 * `forbiddenPromotions`: instances that became primary although they were not synchronous when they last streamed, where
 * the topology promises synchronous replication: they may lack acknowledged writes, lost or not.
 */
export function forbiddenPromotions(run: Run): Measured {
  const metric = 'forbiddenPromotions';
  if (run.header.topology.durability === 'asynchronous')
    return unmeasurable(metric, 'the topology promises no synchronous replication');
  const looks = run.replicas.filter(({ streaming }) => streaming);
  if (looks.length === 0 || !run.roles.some(({ observer }) => observer === 'sql'))
    return unmeasurable(metric, 'nobody looked at the standbys or their roles');
  const took = promotionsIn(run);
  const judged = took.map((one) => ({ one, last: looks.findLast((look) => isOf(look, one)) }));
  const unseen = judged.find(({ last }) => !last);
  if (unseen) return unmeasurable(metric, `nobody saw ${unseen.one.instance} stream before it was promoted`);
  const forbidden = judged.filter(({ last }) => last!.syncState !== 'sync' && last!.syncState !== 'quorum');
  const note = `${counted(took.length, 'promotion')}${forbidden.map(({ one, last }) => `; ${one.instance} was ${last!.syncState || 'not synchronous'}`).join('')}`;
  return exactly(
    metric,
    forbidden.length,
    judged.flatMap(({ one, last }) => [one.seq, last!.seq]),
    note,
  );
}

/** It streamed, as a standby, before it was promoted. */
const isOf = (look: EventOf<'replica'>, { instance, tUs }: EventOf<'role'>): boolean =>
  look.instance === instance && look.tUs < tUs && look.syncState !== 'primary';

/** Each time an instance was first seen as primary of a later timeline than any before. */
export function promotionsIn({ roles }: Run): EventOf<'role'>[] {
  let latest: number | undefined;
  return roles.filter(({ observer, role, timeline }) => {
    if (observer !== 'sql' || role !== 'primary' || timeline === undefined) return false;
    const isNew = latest !== undefined && timeline > latest;
    latest = Math.max(latest ?? 0, timeline);
    return isNew;
  });
}
