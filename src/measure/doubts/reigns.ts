/** Whether those who took writes were the primary when they did, by their own word. */
import { sentUsOf } from '../../journal/columns/ops.ts';
import { isDatabaseWrite, outcomes, slotOutcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { instancesByAddress } from '../instances.ts';
import { counted } from '../measured.ts';

const okLocal = outcomes.indexOf('okLocal');
const answered = slotOutcomes.indexOf('ok');

/** An instance is asked ten times a second what it is; while it is promoted, or busy, it may answer late. */
const seenWithinUs = 5_000_000;
const demotedWithinUs = 2_000_000;

/** A time in which an instance said that it was a replica, but for its edges. µs. */
interface Standby {
  readonly fromUs: number;
  readonly untilUs: number;
}

/** A server that said at some time that it was a replica. */
interface Server {
  readonly name: string;
  readonly times: readonly Standby[];
}

export function reignDoubts(run: Run): string[] {
  const byAddress = instancesByAddress(run);
  const standbys = standbysOf(run);
  const wrong = new Map<string, number>();
  const standbyOf = (address: string): Server | undefined => {
    const name = byAddress.get(address);
    const times = name === undefined ? undefined : standbys.get(name);
    return name === undefined || !times || times.length === 0 ? undefined : { name, times };
  };
  const note = ({ name, times }: Server, fromUs: number, untilUs: number, what: string) => {
    if (!times.some((time) => fromUs > time.fromUs && untilUs < time.untilUs)) return;
    const key = `${name} ${what}`;
    wrong.set(key, (wrong.get(key) ?? 0) + 1);
  };
  const { ops, slots } = run;
  const takers = ops.servers.map(standbyOf);
  for (let row = 0; row < ops.n; row++) {
    const taker = takers[ops.server[row]!];
    if (taker && ops.outcome[row]! <= okLocal) note(taker, sentUsOf(ops, row), ops.doneUs[row]!, 'acknowledged');
  }
  for (const { stream, n, outcome, startUs, doneUs, server, servers } of slots.values()) {
    if (!isDatabaseWrite(stream)) continue;
    const answerers = servers.map(standbyOf);
    for (let row = 0; row < n; row++) {
      const answerer = answerers[server[row]!];
      if (answerer && outcome[row] === answered) note(answerer, startUs[row]!, doneUs[row]!, 'answered probes with');
    }
  }
  return [...wrong].map(([what, n]) => `${what} ${counted(n, 'write')} while it said that it was a replica`);
}

function standbysOf({ roles }: Run): ReadonlyMap<string, readonly Standby[]> {
  const bySelf = Map.groupBy(
    roles.filter(({ observer }) => observer === 'sql'),
    ({ instance }) => instance,
  );
  return new Map(
    [...bySelf].map(([instance, lines]) => [
      instance,
      lines.flatMap((line, i) => {
        const next = lines[i + 1];
        const untilUs = next ? (next.afterUs ?? next.tUs) - seenWithinUs : Number.POSITIVE_INFINITY;
        // What it was when it was first asked, it had been since the load began.
        const fromUs = i === 0 ? Number.NEGATIVE_INFINITY : line.tUs + demotedWithinUs;
        return line.role === 'replica' ? [{ fromUs, untilUs }] : [];
      }),
    ]),
  );
}
