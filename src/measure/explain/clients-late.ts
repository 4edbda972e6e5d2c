/** What clients themselves add once their pooler serves again: the time until each of them is back. */
import { outcomes, slotOutcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { recoveries } from '../availability/recoveries.ts';
import { ms } from '../measured.ts';

const acknowledged = outcomes.indexOf('okLocal');
const ok = slotOutcomes.indexOf('ok');

/** From the recovery of its pooler to the first write that each client had acknowledged after it; none where none was down. */
export function clientsLateMs(run: Run): number[] {
  const found = recoveries(run);
  if (typeof found === 'string' || !found.harmed) return [];
  const { ops } = run;
  const firstUs = new Map<number, number>();
  for (const [client, path] of poolerOf(run)) {
    const pooler = found.poolers.find(({ stream, last }) => stream === path && last);
    if (pooler) firstUs.set(client, pooler.atUs);
  }
  const backUs = new Map<number, number>();
  for (let row = 0; row < ops.n; row++) {
    const [client, doneUs] = [ops.worker[row]!, ops.doneUs[row]!];
    if (ops.outcome[row]! > acknowledged || !(doneUs >= firstUs.get(client)!)) continue;
    backUs.set(client, Math.min(doneUs, backUs.get(client) ?? Number.POSITIVE_INFINITY));
  }
  return [...backUs].map(([client, atUs]) => ms(atUs - firstUs.get(client)!));
}

/** The pooler that each client was connected to last. */
function poolerOf({ connects }: Run): Map<number, string> {
  const paths = new Map<number, string>();
  for (let row = 0; row < connects.n; row++)
    if (connects.outcome[row] === ok) paths.set(connects.client[row]!, connects.paths[connects.path[row]!]!);
  return paths;
}
