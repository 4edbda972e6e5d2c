/** Connections that the server turned away, and the processes that it made for those it took. */
import { outcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { sqlstateOf } from '../../journal/sqlstate.ts';
import { recoveries } from '../availability/recoveries.ts';
import { instancesByAddress } from '../instances.ts';
import { measured, unmeasurable } from '../measured.ts';
import { once } from '../once.ts';
import type { Measured } from '../verdict.ts';
import { whyCut } from './log-cuts.ts';
import { poolersOf } from './pools.ts';

const okLocal = outcomes.indexOf('okLocal');

export interface Rejections {
  readonly count: number;
  readonly evidence: readonly number[];
  /** When they were, in order: a line of a log may stand for several. */
  readonly each: readonly { readonly atUs: number; readonly n: number }[];
  /** When the first was; undefined where none was. */
  readonly firstUs: number | undefined;
  /** Whether lines were left out of the logs that it was counted from. */
  readonly isCut: boolean;
  /** Why there may have been more, in words; undefined where the count is whole. */
  readonly mayBeMore: string | undefined;
  /** Refused logins of other kinds that the writers met: 57P03 (starting, stopping) and class 28 (not authorized). */
  readonly beside: readonly { readonly text: string; readonly n: number }[];
}

/**
 * From the server's own log where it was followed. Elsewhere from the poolers' logs, and from the direct probes, which
 * no pooler's log knows.
 */
export const rejections = once((run: Run): Rejections => {
  const instances = new Set(run.stack?.instances.map(({ name }) => name));
  const followed = new Set(
    run.poolLogs
      .filter(({ source, event }) => event === 'backend-fork' && instances.has(source))
      .map(({ source }) => source),
  );
  const refused = run.poolLogs.filter(({ event, sqlstate }) => event === 'error' && sqlstate === '53300');
  const ofServers = refused.filter(({ source }) => instances.has(source));
  const ofPoolers = refused.filter(({ source }) => !instances.has(source));
  const hasServerLog = followed.size > 0;
  const lines = hasServerLog ? ofServers : ofPoolers;
  const direct = hasServerLog ? [] : directRejections(run);
  const count = lines.reduce((sum, { n }) => sum + n, 0) + direct.length;
  const evidence = [...lines, ...direct].map(({ seq }) => seq);
  const each = [...lines, ...direct].map(({ atUs, n }) => ({ atUs, n })).sort((a, b) => a.atUs - b.atUs);
  // The first one's clients may have connected before its log was followed.
  const later = hasServerLog ? servedBy(run).slice(1) : [];
  const unfollowed = later.filter((name) => instances.has(name) && !followed.has(name));
  const cut = whyCut(run, hasServerLog ? [...followed] : (run.stack?.poolers ?? []));
  const mayBeMore =
    cut ??
    (unfollowed.length > 0
      ? `the log of ${unfollowed.join(', ')} was not followed`
      : hasServerLog && ofServers.length === 0 && ofPoolers.length > 0
        ? `the log of ${ofPoolers[0]!.source} has refused logins that no server’s log has`
        : undefined);
  return {
    count,
    evidence,
    each,
    firstUs: each[0]?.atUs,
    isCut: cut !== undefined,
    mayBeMore,
    beside: besideOf(run),
  };
});

/** The instances that acknowledged a write, in the order of their first. */
function servedBy(run: Run): string[] {
  const byAddress = instancesByAddress(run);
  const names = new Set<string>();
  for (let row = 0; row < run.ops.n; row++) {
    if (run.ops.outcome[row]! > okLocal) continue;
    const address = run.ops.servers[run.ops.server[row]!];
    if (address !== undefined) names.add(byAddress.get(address) ?? address);
  }
  return [...names];
}

function directRejections({ slots }: Run): { seq: number; atUs: number; n: number }[] {
  const found: { seq: number; atUs: number; n: number }[] = [];
  for (const { stream, n, error, errors, seq, doneUs } of slots.values()) {
    if (stream.path === 'pooler' || stream.path === 'api') continue;
    for (let i = 0; i < n; i++)
      if (sqlstateOf(errors[error[i]!] ?? '') === '53300') found.push({ seq: seq[i]!, atUs: doneUs[i]!, n: 1 });
  }
  return found;
}

function besideOf({ connects }: Run): { text: string; n: number }[] {
  const counts = new Map<string, number>();
  for (let i = 0; i < connects.n; i++) {
    const text = connects.errors[connects.error[i]!] ?? '';
    const sqlstate = sqlstateOf(text) ?? '';
    if (sqlstate === '57P03' || sqlstate.startsWith('28')) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, n]) => ({ text, n })).sort((a, b) => b.n - a.n);
}

/** How many connections the poolers held at a time, as far as their consoles show it. */
export function heldAt(run: Run, atUs: number): number | undefined {
  const held = poolersOf(run).flatMap(({ samples }) => {
    const before = samples.findLast(({ tUs }) => tUs <= atUs) ?? samples[0];
    return before ? [before.svReady + before.svLogin] : [];
  });
  return held.length === 0 ? undefined : held.reduce((a, b) => a + b, 0);
}

/** Who held the connections when the first log-in was refused, as far as the poolers' consoles show it. */
function heldBy(run: Run, atUs: number): string {
  const max = run.stack?.settings['postgresql.max_connections'];
  const held = poolersOf(run).flatMap(({ name, samples }) => {
    const before = samples.findLast(({ tUs }) => tUs <= atUs) ?? samples[0];
    return before ? [`${name} ${before.svReady + before.svLogin}`] : [];
  });
  if (held.length === 0) return '';
  return `server connections held then: ${held.join(', ')}${max ? ` (max_connections = ${max})` : ''}`;
}

/** `rejectedConnections`: SQLSTATE 53300. Other refusals stand in the note. */
export function rejectedConnections(run: Run): Measured {
  const metric = 'rejectedConnections';
  if (run.poolLogs.length === 0) return unmeasurable(metric, 'no log was seen');
  const { count, evidence, beside, firstUs, mayBeMore } = rejections(run);
  const others = beside.map(({ text, n }) => `also ${n} × ${text}`).join(', ');
  const held = firstUs === undefined ? '' : heldBy(run, firstUs);
  const note = [mayBeMore ?? '', held, others].filter(Boolean).join('; ');
  return measured(metric, { value: count, lower: count, upper: mayBeMore ? null : count, evidence, note });
}

/** `backendsForked`: connections that PostgreSQL received from clients and poolers since the fault. */
export function backendsForked(run: Run): Measured {
  const metric = 'backendsForked';
  const forks = run.poolLogs.filter(({ event }) => event === 'backend-fork');
  if (forks.length === 0) return unmeasurable(metric, 'the log of no instance was seen');
  const found = recoveries(run);
  if (typeof found === 'string') return unmeasurable(metric, found);
  const after = forks.filter(({ atUs }) => atUs >= found.fault.inject.lo);
  const bySource = [...Map.groupBy(after, ({ source }) => source)].map(
    ([source, lines]) => `${source} ${lines.reduce((sum, { n }) => sum + n, 0)}`,
  );
  const count = after.reduce((sum, { n }) => sum + n, 0);
  const more = whyCut(run, [...new Set(forks.map(({ source }) => source))], found.fault.inject.lo);
  return measured(metric, {
    ...{ value: count, lower: count, upper: more ? null : count },
    evidence: after.slice(0, 1).map(({ seq }) => seq),
    note: [bySource.join(', '), more].filter(Boolean).join('; '),
  });
}
