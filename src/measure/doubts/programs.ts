/** Whether the client programs of a run did what they said they would. */
import { programOf } from '../../journal/clients/lines.ts';
import { type EventOf, outcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { instancesByAddress } from '../instances.ts';
import { counted, few } from '../measured.ts';
import { loadTimes } from './course.ts';

const okLocal = outcomes.indexOf('okLocal');

export function programDoubts(run: Run): string[] {
  const { clients, header, ops } = run;
  const asked = (header.load as { clients?: readonly unknown[] }).clients?.length ?? 0;
  if (clients.length === 0 && asked === 0 && !ops.worker.some((worker) => programOf(worker) >= 0)) return [];
  if (clients.length !== asked)
    return [`${counted(clients.length, 'client program')} took part, but the load has ${asked}`];
  return clients.flatMap((client) => doubtsOfProgram(run, client));
}

/** Those about one program: what the others went through counts all the same. */
export function doubtsOfProgram(run: Run, { name, program, workers, ratePerSecond }: EventOf<'client'>): string[] {
  const ends = run.clientEnds.filter((end) => end.name === name);
  if (ends.length !== 1)
    return [`the journal has ${counted(ends.length, 'end')} of the client program ${name}, expected 1`];
  const { trouble, due } = ends[0]!;
  return [
    ...(trouble === undefined ? [] : [`the client program ${name} ${trouble}`]),
    ...rowDoubts(run, name, program, due),
    ...dueDoubts(run, name, ratePerSecond, due),
    ...(workers > due ? [`the client program ${name} had fewer requests than workers`] : []),
  ];
}

/** Each request that was due is in the journal once, and acknowledged by an instance. */
function rowDoubts(run: Run, name: string, program: number, due: number): string[] {
  const { ops } = run;
  const byAddress = instancesByAddress(run);
  const strange = new Set<string>();
  const seen = new Set<string>();
  let n = 0;
  for (let row = 0; row < ops.n; row++) {
    if (programOf(ops.worker[row]!) !== program) continue;
    n++;
    seen.add(`${ops.worker[row]} ${ops.op[row]}`);
    const server = ops.servers[ops.server[row]!];
    if (ops.outcome[row]! <= okLocal && (server === undefined || !byAddress.has(server)))
      strange.add(server ?? 'nobody');
  }
  return [
    ...(n !== due || seen.size !== due
      ? [`${counted(due, 'request')} of ${name} were due, but the journal has ${n}`]
      : []),
    ...(strange.size > 0
      ? [`writes of ${name} were acknowledged by ${few([...strange])}, which is not an instance of the stack`]
      : []),
  ];
}

/** It ran as long as the load did. */
function dueDoubts(run: Run, name: string, ratePerSecond: number, due: number): string[] {
  const times = loadTimes(run);
  if (!times) return [];
  const seconds = (times.untilUs - times.fromUs) / 1e6;
  const expected = seconds * ratePerSecond;
  return Math.abs(due - expected) > 2 * ratePerSecond + 2
    ? [
        `${counted(due, 'request')} of ${name} were due in ${seconds.toFixed(0)} s, but it makes ${ratePerSecond} a second`,
      ]
    : [];
}
