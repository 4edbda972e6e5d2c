/** Whether each client did one thing after another: one write under way at a time, and a new connection for a lost one. */
import { sentUsOf } from '../../journal/columns/ops.ts';
import { outcomes, slotOutcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { counted } from '../measured.ts';
import { rowsOf, turnsOf } from '../writes/turns.ts';

const okLocal = outcomes.indexOf('okLocal');
const connected = slotOutcomes.indexOf('ok');

/** Errors after which a connection is gone, whatever the client does: it was cut, or the network failed. */
const isLost = (error: string): boolean => /^(timeout|closed|E[A-Z]+)$/.test(error);

export function sessionDoubts(run: Run): string[] {
  const { overlaps, unconnected } = oddWrites(run);
  const moved = run.header.load.failover === true ? 0 : clientsThatMoved(run);
  return [
    ...(moved > 0
      ? [`${counted(moved, 'client')} changed the way to the database, which only a load with failover does`]
      : []),
    ...(overlaps > 0 ? [`${counted(overlaps, 'write')} sent while the client’s write before was under way`] : []),
    ...(unconnected > 0 ? [`${counted(unconnected, 'acknowledged write')} over a connection that was lost`] : []),
  ];
}

/** Follows each client in the order in which it sent its writes; those that were never sent are left out. */
function oddWrites(run: Run): { readonly overlaps: number; readonly unconnected: number } {
  const { ops } = run;
  const { dueUs, sentAfterUs, outcome } = ops;
  const { order, places, workers } = turnsOf(ops);
  const client = clientsIn(run, workers);
  const isDisordered = new Uint8Array(workers.length);
  for (let i = 0; i < ops.n; i++) {
    const row = order ? order[i]! : i;
    if (sentAfterUs[row]! < 0) continue;
    const us = dueUs[row]! + sentAfterUs[row]!;
    const place = places[ops.worker[row]!]!;
    if (us < client.sentUs[place]!) isDisordered[place] = 1;
    if (us < client.doneUs[place]!) client.overlaps[place]!++;
    client.sentUs[place] = us;
    client.doneUs[place] = ops.doneUs[row]!;
    // Only a write that was not acknowledged may have lost a connection, and only the next one that was may lack it.
    if (outcome[row]! > okLocal || client.lostUs[place]! > 0) client.answer(place, row);
  }
  for (const [place, is] of isDisordered.entries()) if (is) client.again(place);
  const sum = (counts: Uint32Array): number => counts.reduce((total, count) => total + count, 0);
  return { overlaps: sum(client.overlaps), unconnected: sum(client.unconnected) };
}

/** What is known of each client, by its place. */
function clientsIn(run: Run, workers: readonly number[]) {
  const { ops } = run;
  const since = connectionsByClient(run);
  const lost = ops.errors.map(isLost);
  const never = () => new Float64Array(workers.length).fill(Number.NEGATIVE_INFINITY);
  const [sentUs, doneUs, lostUs] = [never(), never(), never()];
  const [overlaps, unconnected] = [new Uint32Array(workers.length), new Uint32Array(workers.length)];
  const answer = (place: number, row: number): void => {
    if (ops.outcome[row]! > okLocal) {
      if (lost[ops.error[row]!]) lostUs[place] = ops.doneUs[row]!;
      return;
    }
    const made = since[workers[place]!] ?? [];
    if (lostUs[place]! > 0 && !made.some((us) => us >= lostUs[place]! && us <= sentUsOf(ops, row)))
      unconnected[place]!++;
    lostUs[place] = Number.NEGATIVE_INFINITY;
  };
  /** Follows a client from its first write on, where they were not sent in the order of their numbers. */
  const again = (place: number): void => {
    [overlaps[place], unconnected[place]] = [0, 0];
    lostUs[place] = Number.NEGATIVE_INFINITY;
    const rows = rowsOf(ops, place).filter((row) => ops.sentAfterUs[row]! >= 0);
    for (const [i, row] of rows.sort((a, b) => sentUsOf(ops, a) - sentUsOf(ops, b)).entries()) {
      if (i > 0 && sentUsOf(ops, row) < ops.doneUs[rows[i - 1]!]!) overlaps[place]!++;
      answer(place, row);
    }
  };
  return { sentUs, doneUs, lostUs, overlaps, unconnected, answer, again };
}

/** When each client made its connections, µs. */
function connectionsByClient({ connects }: Run): number[][] {
  const made: number[][] = [];
  for (let i = 0; i < connects.n; i++)
    if (connects.outcome[i] === connected) (made[connects.client[i]!] ??= []).push(connects.doneUs[i]!);
  return made;
}

/** Clients that connected through more than one pooler. */
function clientsThatMoved({ connects }: Run): number {
  const pathOf: number[] = [];
  const moved = new Set<number>();
  for (let i = 0; i < connects.n; i++) {
    const [client, path] = [connects.client[i]!, connects.path[i]!];
    if ((pathOf[client] ??= path) !== path) moved.add(client);
  }
  return moved.size;
}
