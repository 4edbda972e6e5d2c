/** Why nobody had a write acknowledged for a part of an outage, where that time has a limit of its own. */
import { outcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { episodesOn, longest } from '../availability/episodes.ts';
import { poolerStreams } from '../availability/outage.ts';
import type { Interval } from '../interval.ts';
import { counted, inSeconds, ms } from '../measured.ts';
import { refusedByProbes } from '../poolers/refused-by-probes.ts';
import { rejections } from '../poolers/rejections.ts';
import type { Check, Reason } from '../verdict.ts';

const acknowledged = outcomes.indexOf('okLocal');
/** A silence of nearly the whole outage has the same cause as the outage. */
const isOwn = 0.9;
const isClose = 0.8;
const roundingUs = 1_000;

/** Of `silenceMs`; empty where the silence is as long as the outage, or lies outside of it. */
export function silenceWords(run: Run, { value }: Check): Pick<Reason, 'why' | 'advice'> {
  const outage = longest(poolerStreams(run).flatMap(({ stream }) => episodesOn(run, stream.name)));
  if (!outage || value === null || value * 1000 > isOwn * outage.lastedUs) return { why: '', advice: '' };
  const done = clientsWithin(run, outage.startUs, outage.startUs + outage.lastedUs);
  const silent = done.gaps.find(({ lo, hi }) => Math.abs(hi - lo - value * 1000) < roundingUs);
  if (!silent) return { why: '', advice: '' };
  const at = (us: number): string => `${inSeconds(ms(us - outage.startUs))} s`;
  const why = `For ${inSeconds(value)} s of the outage, from ${at(silent.lo)} to ${at(silent.hi)} after it began, nobody had a write acknowledged on any path.${tookBefore(run, done.tookUs)}${givenUpWithin(run, silent)}${refusedWithin(run, silent)}`;
  return { why, advice: '' };
}

/** The times between writes that clients had acknowledged during an outage, and how long these writes took. */
function clientsWithin({ ops }: Run, fromUs: number, untilUs: number): { gaps: Interval[]; tookUs: number[] } {
  const writes: { doneUs: number; tookUs: number }[] = [];
  for (let row = 0; row < ops.n; row++) {
    const doneUs = ops.doneUs[row]!;
    if (ops.outcome[row]! > acknowledged || doneUs < fromUs || doneUs > untilUs) continue;
    writes.push({ doneUs, tookUs: doneUs - ops.dueUs[row]! });
  }
  writes.sort((a, b) => a.doneUs - b.doneUs);
  const gaps = writes.slice(1).map(({ doneUs }, i) => ({ lo: writes[i]!.doneUs, hi: doneUs }));
  const longestGap = gaps.reduce((most, gap, i) => (gap.hi - gap.lo > gaps[most]!.hi - gaps[most]!.lo ? i : most), 0);
  return { gaps, tookUs: writes.slice(0, longestGap + 2).map(({ tookUs }) => tookUs) };
}

/** That the few writes which were acknowledged until the silence ended took nearly as long as clients wait. */
function tookBefore({ header }: Run, tookUs: readonly number[]): string {
  const giveUpMs = Number((header.load as Readonly<Record<string, unknown>>).giveUpMs);
  const [leastMs, mostMs] = [ms(Math.min(...tookUs)), ms(Math.max(...tookUs))];
  if (!(mostMs > isClose * giveUpMs)) return '';
  return ` Clients had ${counted(tookUs.length, 'write')} acknowledged in the outage until the end of this silence; these took ${inSeconds(leastMs)} s to ${inSeconds(mostMs)} s from when they were due, close to the ${inSeconds(giveUpMs)} s after which clients give up.`;
}

/** The writes that clients gave up in it: each waited for as long as a client does, and none ended in time. */
function givenUpWithin({ ops, header }: Run, { lo, hi }: Interval): string {
  const giveUpMs = Number((header.load as Readonly<Record<string, unknown>>).giveUpMs);
  let count = 0;
  for (let row = 0; row < ops.n; row++) {
    const doneUs = ops.doneUs[row]!;
    const tookMs = ms(doneUs - ops.dueUs[row]!);
    if (ops.outcome[row]! > acknowledged && doneUs >= lo && doneUs <= hi && tookMs >= isClose * giveUpMs) count++;
  }
  return count === 0 ? '' : ` In this silence clients gave up ${counted(count, 'write')} that had waited that long.`;
}

/** The log-ins that were refused during the silence, and who had used the connections up. */
function refusedWithin(run: Run, { lo, hi }: Interval): string {
  const within = rejections(run).each.filter(({ atUs }) => atUs >= lo && atUs <= hi);
  const [first] = within;
  if (!first) return '';
  const count = within.reduce((sum, { n }) => sum + n, 0);
  const whose = refusedByProbes(run)
    ? ', because the drill’s own probes had used most of its connections up: that part of the silence is not the fault’s alone'
    : '';
  return ` In the last ${inSeconds(ms(hi - first.atUs))} s of this silence PostgreSQL also refused ${counted(count, 'log-in')}${whose}.`;
}
