/** Whether the load generator and the logs of poolers bear witness to the whole run. */
import { slotOutcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { saysTooMany } from '../../postgres/too-many.ts';
import { counted, few, inSeconds, ms } from '../measured.ts';
import { cutsOf, type LogCuts, missingWithin } from '../poolers/log-cuts.ts';
import { loadTimes } from './course.ts';

const ok = slotOutcomes.indexOf('ok');
const tooMany = '53300';

/** A thread starts before the load and ends after it; more than this apart, its line is of another run. */
const apartUs = 10_000_000;

export const witnessDoubts = (run: Run): string[] => [
  ...logLineDoubts(run),
  ...queueDoubts(run),
  ...stallDoubts(run),
  ...refusalDoubts(run),
  ...generatorLineDoubts(run),
  ...latenessDoubts(run),
  ...loginDoubts(run),
  ...connectionDoubts(run),
];

/** Each thread says in the end how well it kept its schedule: writers, probes, and the process as a whole. */
function generatorLineDoubts(run: Run): string[] {
  const { generators, ops, slots } = run;
  const times = loadTimes(run);
  if (!times || ops.n === 0) return [];
  const of = (source: string) => generators.filter((line) => line.source === source);
  const [writers, probes, load] = [of('writers'), of('probes'), of('load')];
  const lacking = Object.entries({ writers, probes, load }).flatMap(([source, lines]) =>
    lines.length === 1 ? [] : [`${counted(lines.length, 'generator line')} of ${source}, expected 1`],
  );
  if (lacking.length > 0) return lacking;
  const started = [...slots.values()].reduce((sum, { startUs }) => sum + startUs.reduce(countStarted, 0), 0);
  const lastedUs = times.untilUs - times.fromUs;
  const astray = generators.filter(({ wallUs }) => Math.abs(wallUs - lastedUs) > apartUs);
  const unsorted = generators.filter((one) => one.lateP50Us > one.lateP99Us || one.lateP99Us > one.lateMaxUs);
  const allWriters = generators.filter(({ source }) => source === 'writers' || source.startsWith('writers of '));
  return [
    ...astray.map(
      ({ source, wallUs }) =>
        `the generator ran for ${inSeconds(ms(wallUs))} s by ${source}, but the load lasted ${inSeconds(ms(lastedUs))} s`,
    ),
    ...unsorted.map(({ source }) => `the lateness of ${source} contradicts itself`),
    ...(allWriters.reduce((sum, { n }) => sum + n, 0) > ops.n || probes[0]!.n > started
      ? ['the generator started more requests than the journal holds']
      : []),
    ...(load[0]!.n !== writers[0]!.n + probes[0]!.n ? ['the generator lines do not add up'] : []),
  ];
}

/** The threads round what they say of their lateness. */
const roundedUs = 1_000;

/** The most that a thread was late stands in the journal, too: as the lateness of that request. */
function latenessDoubts({ generators, ops, slots }: Run): string[] {
  const writers = generators.filter(({ source }) => source === 'writers' || source.startsWith('writers of '));
  const probes = generators.filter(({ source }) => source === 'probes');
  const lateOps = ops.lateUs.reduce((most, us) => Math.max(most, us), 0);
  let lateSlots = 0;
  for (const { n, startUs, dueUs } of slots.values())
    for (let row = 0; row < n; row++) {
      const us = startUs[row]! - dueUs[row]!;
      if (us > lateSlots) lateSlots = us;
    }
  const said = (lines: typeof generators): number => Math.max(0, ...lines.map(({ lateMaxUs }) => lateMaxUs));
  const hidden = [
    ...(said(writers) > lateOps + roundedUs ? ['writes'] : []),
    ...(said(probes) > lateSlots + roundedUs ? ['probes'] : []),
  ];
  return hidden.map((what) => `the generator was later with its ${what} than the journal shows of any`);
}

const countStarted = (n: number, startUs: number): number => (Number.isNaN(startUs) ? n : n + 1);

const windowUs = 10_000_000;
/** A log is read in looks, and its lines carry the pooler's clock. */
const slackUs = 3_000_000;
const leastLogins = 20;
const leastRises = 8;
/** In stored runs at least 0.71 of a window and 0.74 of a run, on a busy machine or where the log was followed late. */
const leastShare = 0.65;
/** In stored runs at least 0.90 of all. */
const leastShareOfAll = 0.8;

/** Every connection that a client made stands in the pooler's log as a login: where it does not, the log was not followed. */
function loginDoubts(run: Run): string[] {
  const { stack, connects, poolLogs } = run;
  // Behind one Service there may be more poolers than the one whose log is followed.
  if (!stack || !isFollowed(run)) return [];
  return stack.poolers.flatMap((pooler) => {
    const logins = poolLogs.filter(({ source, event }) => source === pooler && event === 'client-login');
    if (!poolLogs.some(({ source }) => source === pooler)) return [`the log of ${pooler} was not followed`];
    const made: number[] = [];
    for (let i = 0; i < connects.n; i++)
      if (connects.outcome[i] === ok && connects.paths[connects.path[i]!] === pooler) made.push(connects.doneUs[i]!);
    const fresh = run.slots.get(`${pooler}-fresh`);
    for (let row = 0; row < (fresh?.n ?? 0); row++) if (fresh!.outcome[row] === ok) made.push(fresh!.doneUs[row]!);
    return unlogged(pooler, made, logins, cutsOf(run, pooler));
  });
}

/** Where lines were left out of the log (`log-cuts.ts`), each of them may have been a login. */
function unlogged(
  pooler: string,
  made: readonly number[],
  logins: readonly { atUs: number; n: number }[],
  cuts: LogCuts,
): string[] {
  const all = logins.reduce((sum, { n }) => sum + n, 0);
  const missing = missingWithin(cuts, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  if (made.length >= leastLogins && all + missing < leastShareOfAll * made.length)
    return [
      `the log of ${pooler} has ${counted(all, 'login')}, where clients made ${counted(made.length, 'connection')}: it was not followed`,
    ];
  const byWindow = Map.groupBy(made, (us) => Math.floor(us / windowUs));
  for (const [window, some] of byWindow) {
    const [fromUs, untilUs] = [window * windowUs - slackUs, (window + 1) * windowUs + slackUs];
    const logged = logins.reduce((sum, { atUs, n }) => sum + (atUs >= fromUs && atUs <= untilUs ? n : 0), 0);
    const left = missingWithin(cuts, fromUs, untilUs);
    if (some.length >= leastLogins && logged + left < leastShare * some.length)
      return [
        `the log of ${pooler} has ${counted(logged, 'login')} about ${inSeconds(ms(window * windowUs))} s, where clients made ${counted(some.length, 'connection')}: it was not followed`,
      ];
  }
  return [];
}

/** Whether each pooler of the journal is one program, whose log and console are followed. */
function isFollowed({ stack, header }: Run): boolean {
  const asked = (header.topology.pooler as { instances?: number } | undefined)?.instances;
  return stack !== undefined && (asked === undefined || asked === stack.poolers.length);
}

/**
 * Most server connections that a pooler’s console shows as new stand in its log, too. Not all: the console is sampled,
 * and a connection that leaves one of its columns for a moment is counted again when it returns (on a quiet k3s 65 rises
 * of 48 connections).
 */
function connectionDoubts(run: Run): string[] {
  if (!isFollowed(run)) return [];
  const pools = Map.groupBy(run.pools, ({ pooler, database, user }) => `${pooler} ${database}/${user}`);
  return [...pools].flatMap(([key, samples]) => {
    const [pooler, pool] = key.split(' ');
    const ready = samples.map(({ svActive, svIdle, svUsed, svTested }) => svActive + svIdle + svUsed + svTested);
    const made = ready.reduce((sum, now, i) => sum + Math.max(0, now - (ready[i - 1] ?? now)), 0);
    const logged = run.poolLogs.reduce(
      (sum, line) =>
        line.source === pooler && line.event === 'server-connect' && (line.pool ?? pool) === pool ? sum + line.n : sum,
      0,
    );
    const missing = missingWithin(cutsOf(run, pooler!), Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    return made >= leastRises && logged + missing < leastShare * made
      ? [
          `the console of ${pooler} shows ${counted(made, 'new server connection')}, its log ${logged}: it was not followed`,
        ]
      : [];
  });
}

/** Where the console says how long the first client of a queue has waited, it says that there is one. */
function queueDoubts({ pools, poolLogs, stack }: Run): string[] {
  const empty = pools.filter(({ clWaiting, maxWaitUs }) => clWaiting === 0 && maxWaitUs > 0);
  const known = new Set([...(stack?.poolers ?? []), ...(stack?.instances.map(({ name }) => name) ?? [])]);
  // A cluster may hide its poolers behind one name, which neither consoles nor logs have.
  const isHidden = !stack || !pools.some(({ pooler }) => stack.poolers.includes(pooler));
  const sources = isHidden ? [] : [...pools.map(({ pooler }) => pooler), ...poolLogs.map(({ source }) => source)];
  const strange = [...new Set(sources)].filter((name) => !known.has(name));
  return [
    ...(empty.length > 0
      ? [`${counted(empty.length, 'look')} at a pooler found a client that waits in an empty queue`]
      : []),
    ...(strange.length > 0 ? [`${few(strange)} was watched, which is not a pooler or instance of the stack`] : []),
  ];
}

/** A log is read in looks, a moment after it was written; on another machine its clock is not quite ours. */
const readWithinUs = 15_000_000;
const clockApartUs = 2_000_000;
/** What a pooler or server does not say of a connection that was refused. */
const refusesNobody: ReadonlySet<string> = new Set(['server-connect', 'client-login', 'backend-fork']);

/** What only a server says, and what only a pooler. */
const ofServers: ReadonlySet<string> = new Set(['backend-fork']);
const ofBoth: ReadonlySet<string> = new Set(['error']);

function logLineDoubts({ poolLogs, stack }: Run): string[] {
  const servers = new Set(stack?.instances.map(({ name }) => name));
  const misplaced = poolLogs.filter(
    ({ source, event }) => !ofBoth.has(event) && servers.has(source) !== ofServers.has(event),
  );
  const astray = poolLogs.filter(({ atUs, tUs }) => atUs > tUs + clockApartUs || atUs < tUs - readWithinUs);
  const refused = poolLogs.filter(({ event, sqlstate }) => sqlstate !== undefined && refusesNobody.has(event));
  return [
    ...(misplaced.length > 0
      ? [
          `${counted(misplaced.length, 'line')} of logs, such as ${misplaced[0]!.event} of ${misplaced[0]!.source}, of another kind of program`,
        ]
      : []),
    ...(astray.length > 0
      ? [`${counted(astray.length, 'line')} of logs of another time than when they were read`]
      : []),
    ...(refused.length > 0
      ? [`${counted(refused.length, 'line')} of logs call a refused connection a ${refused[0]!.event}`]
      : []),
  ];
}

/** So many requests of one way were refused because the server had no place, and its pooler has not reported it. */
const leastRefused = 20;

function refusalDoubts(run: Run): string[] {
  const { slots, poolLogs, stack } = run;
  return (stack?.poolers ?? []).flatMap((pooler) => {
    const ofPooler = poolLogs.filter(({ source }) => source === pooler);
    const logged = ofPooler.some(({ event, sqlstate }) => event === 'error' && sqlstate === tooMany);
    // PgBouncer repeats a refusal of the server to many clients: the one line may be among those that were left out.
    if (ofPooler.length === 0 || logged || cutsOf(run, pooler).length > 0) return [];
    let refused = 0;
    for (const name of [pooler, `${pooler}-fresh`]) {
      const { n = 0, error, errors = [] } = slots.get(name) ?? {};
      const isRefused = errors.map(saysTooMany);
      for (let row = 0; row < n; row++) if (isRefused[error![row]!]) refused++;
    }
    return refused >= leastRefused
      ? [
          `${counted(refused, 'request')} through ${pooler} were refused for too many connections, of which its log has none`,
        ]
      : [];
  });
}

/** A stall is noticed when it is over. */
function stallDoubts({ stalls }: Run): string[] {
  const wrong = stalls.filter(({ fromUs, untilUs, tUs }) => fromUs > untilUs || untilUs > tUs + clockApartUs);
  return wrong.length > 0
    ? [`${counted(wrong.length, 'stall')} ended before they began, or after they were noticed`]
    : [];
}
