/** An outage in a run that broke nothing: where it was, what was seen meanwhile, and what may have caused it. */
import type { Run } from '../../journal/run.ts';
import { episodes } from '../availability/episodes.ts';
import { counted, inSeconds, listed, ms } from '../measured.ts';
import type { Check, Episode, Reason } from '../verdict.ts';

export function unaided(run: Run, checks: readonly Check[]): Reason[] {
  const broken = checks.find(
    ({ metric, outcome, limit }) => metric === 'writeOutageMs' && outcome === 'fail' && limit.max !== undefined,
  );
  if (!broken || run.faults.length > 0) return [];
  const all = episodes(run);
  const [worst] = all.filter(({ evidence }) => evidence[0] === broken.evidence[0]);
  if (!worst) return [];
  const streams = [...run.slots.values()].map(({ stream }) => stream.name);
  const served = streams.filter((name) => all.every(({ stream }) => stream !== name));
  const down = [worst, ...all.filter((one) => one.stream !== worst.stream && overlaps(one, worst))];
  const each = listed(
    down.map(
      ({ stream, lastedUs }, i) => `${stream} ${i === 0 ? 'did not serve ' : ''}for ${inSeconds(ms(lastedUs))} s`,
    ),
  );
  const rest = served.length > 0 ? `; ${listed(served)} served on` : '';
  const still = stoodStill(run, worst);
  const why = `The drill broke nothing. From ${inSeconds(ms(worst.startUs))} s into the run, ${each}${rest}. ${still?.why ?? 'Why is not in the journal.'}`;
  const evidence = [...worst.evidence, ...(still?.evidence ?? [])];
  return [{ metric: 'writeOutageMs', why, advice: still?.advice ?? '', evidence }];
}

const endOf = ({ startUs, lastedUs }: Episode): number => startUs + lastedUs;
const overlaps = (a: Episode, b: Episode): boolean => a.startUs < endOf(b) && endOf(a) > b.startUs;

/** A silence is one where the log is otherwise at least this many times as frequent. */
const timesQuieter = 5;

/**
 * A pooler whose own log holds nothing for nearly all of an outage, while it has lines all the time else, and that answered
 * its clients with timeouts only: its process did not run.
 */
function stoodStill({ poolLogs, stack, slots }: Run, worst: Episode): Omit<Reason, 'metric'> | undefined {
  const pooler = stack?.poolers.find((name) => name === worst.stream || `${name}-fresh` === worst.stream);
  const lines = poolLogs.filter(({ source }) => source === pooler).sort((a, b) => a.atUs - b.atUs);
  const next = lines.findIndex(({ atUs }) => atUs > worst.startUs);
  const [before, after] = [lines[next - 1], lines[next]];
  if (!before || !after || worst.errors.some(({ text }) => text !== 'timeout')) return undefined;
  const silentUs = after.atUs - before.atUs;
  const usualUs = (lines.at(-1)!.atUs - lines[0]!.atUs) / (lines.length - 1);
  if (after.atUs < endOf(worst) - 0.2 * worst.lastedUs || silentUs < timesQuieter * usualUs) return undefined;
  const fresh = slots.has(`${pooler}-fresh`) ? 'Open connections and new ones waited alike' : 'Its clients waited';
  return {
    why: `${fresh}, and none was refused: only timeouts. The log of ${pooler} has no line for ${inSeconds(ms(silentUs))} s (otherwise ${counted(Math.round(1e6 / usualUs), 'line')} a second), and goes on when the outage ends. So the process of ${pooler} stood still, and PostgreSQL and the network did not: it was stopped (SIGSTOP, a paused container or host), or got no processor. The journal does not hold which.`,
    advice: `Look on the host of ${pooler} for what stopped the process at that time: signals, throttling of its cgroup (cpu.stat), pauses of the host itself (steal time, a live migration), memory pressure.`,
    evidence: [before.seq, after.seq],
  };
}
