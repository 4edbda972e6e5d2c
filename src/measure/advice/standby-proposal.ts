/** What it costs that every commit waits for a standby, as a proposal: seen in the run, not modelled. */
import { contractOf } from '../../faults/index.ts';
import type { Run } from '../../journal/run.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { primaryHitBy } from '../failover/target-role.ts';
import type { Verdict } from '../verdict.ts';
import { outageTimes } from './outage-limits.ts';
import type { Proposal } from './proposal.ts';

/** How to let commits go on without a standby, by the program whose settings are in force. */
const ways = [
  {
    prefix: 'cloudnativepg.',
    name: 'dataDurability',
    program: 'cloudnativepg',
    lines: [
      'spec.postgresql.synchronous.dataDurability: required',
      'spec.postgresql.synchronous.dataDurability: preferred',
    ],
    ends: ['required', 'preferred'],
  },
  {
    prefix: 'patroni.',
    name: 'synchronous_mode_strict',
    program: 'patroni',
    lines: ['synchronous_mode_strict: true', 'synchronous_mode_strict: false'],
    ends: ['true', 'false'],
  },
] as const;

/** The settings that do. */
export const waysWithoutStandby: ReadonlySet<string> = new Set(ways.map(({ name }) => name));

/** Durability is not given up for nothing: every limit that was broken would be met without the wait. */
function wouldMeet(checks: Verdict['checks'], waitedMs: number): boolean {
  const broken = checks.filter(({ outcome }) => outcome === 'fail');
  return (
    broken.length > 0 &&
    broken.every(
      ({ metric, value, limit }) => outageTimes.has(metric) && value !== null && value - waitedMs <= (limit.max ?? 0),
    )
  );
}

/** Faults hit standbys, and not all of them: commits need not be acknowledged without any, only by another one. */
function spared(run: Run): boolean {
  const windows = faultWindows(run);
  const hit = new Set(windows.flatMap(({ hits }) => hits));
  const instances = run.stack?.instances.map(({ name }) => name) ?? [];
  const standbys = instances.filter((name) => !windows.some((fault) => primaryHitBy(run, { ...fault, hits: [name] })));
  return windows.every((fault) => !primaryHitBy(run, fault)) && standbys.some((name) => !hit.has(name));
}

/**
 * The wait. Where only a standby that came back ended the outage, all of it was that wait, but for the time that Patroni takes
 * to notice: standbys whose processes are gone no longer stream, and its loop sees that, at the latest the next time but one.
 */
function savedBy(
  run: Run,
  measured: Verdict['measured'],
  cause: Verdict['cause'],
  waitedMs: number,
): Proposal['savesMs'] {
  const outageMs = measured.find(({ metric }) => metric === 'writeOutageMs')?.value;
  if (cause?.phase !== 'standby' || cause.endedByDrillMs === undefined || !outageMs) return { low: 0, high: waitedMs };
  const loopMs = 1_000 * Number.parseFloat(run.stack?.settings['patroni.loop_wait'] ?? '');
  const isSeen = faultWindows(run).every(({ fault }) => contractOf(fault)?.instance === 'gone');
  return { low: isSeen && loopMs > 0 ? Math.max(0, outageMs - 2 * loopMs) : 0, high: outageMs };
}

/** None where commits did not wait, or wait by another way, or where a limit would be broken even without the wait. */
export function standbyProposal(run: Run, { measured, checks, cause }: Verdict): Proposal[] {
  if (run.header.topology.durability !== 'required') return [];
  if (spared(run)) return [];
  const waited = measured.find(({ metric }) => metric === 'standbyMs');
  const settings = Object.keys(run.stack?.settings ?? {});
  const way = ways.find(({ prefix }) => settings.some((name) => name.startsWith(prefix)));
  if (!waited?.value || !way || !wouldMeet(checks, waited.value)) return [];
  return [
    {
      ...{ name: way.name, program: way.program, from: way.ends[0], to: way.ends[1], basis: 'seen' },
      ...{ before: [way.lines[0]], after: [way.lines[1]] },
      savesMs: savedBy(run, measured, cause, waited.value),
      why: 'commits would go on while no standby streams, instead of waiting for one',
      evidence: waited.evidence,
      risk: 'it gives up the declared durability: a write that is acknowledged then is on one instance only: the loss of that instance loses it',
    },
  ];
}
