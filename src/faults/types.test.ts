/**
 * What the compiler must refuse in a scenario. Each `@ts-expect-error` fails the type check where the line below it
 * compiles. Nothing here runs.
 */
import type { Drill } from '../scenario/drill.ts';
import type { ScenarioInput } from '../scenario/index.ts';

export async function typed({ hold, primary, poolers, inject, disturb, recovered }: Drill): Promise<void> {
  const instance = await primary();
  const pooler = poolers()[0]!;
  const operator = { kind: 'operator', name: 'operator' } as const;

  await inject('crash', instance);
  await inject('lossy', instance, { share: 0.02 });
  await inject('lossy', instance, { share: 0.02, for: '20s' });
  await inject('freeze', instance, { for: '8s', every: '12s', times: 3 });
  await inject('pooler-crash', pooler);
  await inject('operator-down', operator);

  await inject('flap', instance, { for: '5s' });
  await inject('cut', { kind: 'group', name: 'zone-a', hosts: ['pg1'] }, { from: ['pg2'] });
  const marked = { name: 'marked', break: ['touch', '/x'], prove: ['test', '-e', '/x'], heal: ['rm', '/x'] };
  await disturb({ ...marked, target: instance });

  // @ts-expect-error a link that flaps needs its length
  await inject('flap', instance);
  // @ts-expect-error a link is slow by so much
  await inject('slow-link', instance);
  // @ts-expect-error no such direction
  await inject('one-way', instance, { direction: 'up' });
  // @ts-expect-error a zone is a group
  await inject('cut', instance);
  // @ts-expect-error what is broken can be undone
  await disturb({ name: 'marked', break: ['touch', '/x'], prove: ['test', '-e', '/x'], target: instance });
  // @ts-expect-error a pooler is not an instance
  await inject('crash', pooler);
  // @ts-expect-error an instance is not a pooler
  await inject('pooler-crash', instance);
  // @ts-expect-error nor an operator
  await inject('operator-down', instance);
  // @ts-expect-error no such fault
  await inject('crush', instance);
  // @ts-expect-error no such parameter
  await inject('lossy', instance, { shares: 0.02 });
  // @ts-expect-error a share is a number
  await inject('lossy', instance, { share: '2 %' });
  // @ts-expect-error a crash has no share
  await inject('crash', instance, { share: 0.02 });
  // @ts-expect-error a switchover ends unaided, so it has no length
  await inject('switchover', instance, { for: '20s' });
  // @ts-expect-error a duration has a unit
  await inject('freeze', instance, { for: '20' });
  // @ts-expect-error and a known one
  await hold('20 seconds');
  // @ts-expect-error and is not negative
  await hold('-20s');
  // @ts-expect-error and is text
  await recovered({ within: 180_000 });
  await hold('500ms');
  await recovered({ within: '1.5m' });
}

const rest = { name: 'a', asks: 'b?', needs: ['crash'], drill: async () => {} } as const;
export const scenarios: ScenarioInput[] = [
  { ...rest, limits: { writeOutageMs: { max: 1 } } },
  { ...rest, limits: { writeOutageMs: { min: 1 }, lostWrites: { max: 0 } } },
  // @ts-expect-error a scenario without a limit passes whatever happens
  { ...rest, limits: {} },
  // @ts-expect-error a limit needs a max or a min
  { ...rest, limits: { writeOutageMs: {} } },
  // @ts-expect-error no such metric
  { ...rest, limits: { writeOutagMs: { max: 1 } } },
  // @ts-expect-error no such fault
  { ...rest, needs: ['crush'], limits: { writeOutageMs: { max: 1 } } },
];
