/** Whether every instance was looked at all the time, and what the looks and the writes say of timelines agrees. */
import { type EventOf, outcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { instancesByAddress } from '../instances.ts';
import { few, inSeconds, ms } from '../measured.ts';
import { once } from '../once.ts';
import { loadTimes } from './course.ts';
import { isDestroyed, isForGood } from './ledgers.ts';

const okLocal = outcomes.indexOf('okLocal');

/** Looks come twice a second; one that hangs may delay the next so long. */
const unseenUs = 15_000_000;
/** Looks begin with the load and go on after it. */
const edgeUs = 5_000_000;

export const lookDoubts = (run: Run): string[] => [
  ...streamingDoubts(run),
  ...roleDoubts(run),
  ...timelineDoubts(run),
  ...primaryDoubts(run),
];

/** Each look asks every instance: one that is left out may have been in any state. */
function streamingDoubts(run: Run): string[] {
  const times = loadTimes(run);
  const names = run.stack?.instances.map(({ name }) => name) ?? [];
  if (!times || names.length === 0) return [];
  const untilUs = isDestroyed(run) ? run.faults.find(({ fault }) => isForGood(fault))!.beforeUs : times.untilUs;
  const looks = Map.groupBy(run.replicas, ({ instance }) => instance);
  const counts = names.map((name) => looks.get(name)?.length ?? 0);
  const most = Math.max(...counts);
  return names.flatMap((name, i) => {
    const edges = [times.fromUs, ...(looks.get(name) ?? []).map(({ tUs }) => tUs), untilUs];
    const gaps = edges.slice(1).map((us, at) => ({ us: us - edges[at]!, fromUs: edges[at]! }));
    const atEdge = Math.max(gaps[0]!.us, isDestroyed(run) ? 0 : gaps.at(-1)!.us);
    const widest = gaps.reduce((a, b) => (b.us > a.us ? b : a));
    if (widest.us > unseenUs || atEdge > edgeUs)
      return [`nobody looked at ${name} for ${inSeconds(ms(widest.us))} s from ${inSeconds(ms(widest.fromUs))} s on`];
    // One look may be under way when the watching ends.
    return most - counts[i]! > 1 ? [`${name} was left out of ${most - counts[i]!} looks at the instances`] : [];
  });
}

/** Each instance is asked what it is, from the beginning: one is the primary, the others are not. */
function roleDoubts(run: Run): string[] {
  const names = run.stack?.instances.map(({ name }) => name) ?? [];
  const asked = run.roles.filter(({ observer }) => observer === 'sql');
  if (names.length === 0) return [];
  const never = names.filter((name) => !asked.some(({ instance }) => instance === name));
  return [...(never.length > 0 ? [`${few(never)} was never asked what it is`] : [])];
}

/** Where writes were acknowledged on a timeline, somebody has seen its primary. */
function timelineDoubts(run: Run): string[] {
  const seen = new Set(
    run.roles.flatMap(({ observer, role, timeline }) => (observer === 'sql' && role === 'primary' ? [timeline] : [])),
  );
  const written = new Set<number>();
  for (const { timeline } of acknowledgedOn(run)) if (timeline > 0) written.add(timeline);
  const ofLooks = run.replicas.flatMap(({ syncState, timeline }) => (syncState === 'primary' ? [timeline] : []));
  const unseen = [...new Set([...written, ...ofLooks])].filter((timeline) => timeline > 0 && !seen.has(timeline));
  return unseen.length > 0 ? [`no instance was seen as primary of timeline ${few(unseen.map(String))}`] : [];
}

/** Two instances that are the primary of one timeline contradict each other, be it by a look or by a write they took. */
function primaryDoubts(run: Run): string[] {
  const { roles, replicas } = run;
  const claims: (Pick<EventOf<'replica'>, 'instance'> & { readonly timeline: number })[] = [
    ...acknowledgers(run),
    ...roles.flatMap(({ observer, role, instance, timeline }) =>
      observer === 'sql' && role === 'primary' && timeline !== undefined ? [{ instance, timeline }] : [],
    ),
    ...replicas.filter(({ syncState, timeline }) => syncState === 'primary' && timeline > 0),
  ];
  const byTimeline = Map.groupBy(claims, ({ timeline }) => timeline);
  return [...byTimeline].flatMap(([timeline, some]) => {
    const names = [...new Set(some.map(({ instance }) => instance))];
    return names.length > 1 ? [`${few(names)} were both primary of timeline ${timeline}`] : [];
  });
}

/** Each instance that acknowledged writes, with the timelines that it did so on. */
function acknowledgers(run: Run): { readonly instance: string; readonly timeline: number }[] {
  const byAddress = instancesByAddress(run);
  return run.ops.servers.flatMap((address, i) => {
    const instance = byAddress.get(address);
    const own = acknowledgedOn(run).filter(({ server, timeline }) => server === i && timeline > 0);
    return instance === undefined ? [] : own.map(({ timeline }) => ({ instance, timeline }));
  });
}

interface Place {
  readonly server: number;
  readonly timeline: number;
}

/** Each pair of a server (by its index, −1 where it is unknown) and a timeline that writes were acknowledged on, as they came. */
const acknowledgedOn = once(({ ops }: Run): readonly Place[] => {
  const found = new Map<string, Place>();
  let last: Place | undefined;
  for (let row = 0; row < ops.n; row++) {
    if (ops.outcome[row]! > okLocal) continue;
    const [server, timeline] = [ops.server[row]!, ops.timeline[row]!];
    // Most writes went where the one before them did.
    if (last?.server === server && last.timeline === timeline) continue;
    last = { server, timeline };
    if (!found.has(`${server} ${timeline}`)) found.set(`${server} ${timeline}`, last);
  }
  return [...found.values()];
});
