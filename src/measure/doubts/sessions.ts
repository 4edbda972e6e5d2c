/** Whether each client did one thing after another: one write under way at a time, and a new connection for a lost one. */
import { outcomes, slotOutcomes } from '../../journal/event.ts';
import type { Ops, Run } from '../../journal/run.ts';
import { counted } from '../measured.ts';
import { rowsByWorker } from '../writes/keys.ts';

const okLocal = outcomes.indexOf('okLocal');
const connected = slotOutcomes.indexOf('ok');

/** Errors after which a connection is gone, whatever the client does: it was cut, or the network failed. */
const isLost = (error: string): boolean => /^(timeout|closed|E[A-Z]+)$/.test(error);

export function sessionDoubts(run: Run): string[] {
  const { ops, header } = run;
  const since = connectionsByClient(run);
  const lost = ops.errors.map(isLost);
  let [overlaps, unconnected] = [0, 0];
  for (const [worker, rows] of rowsByWorker(ops)) {
    const sent = sentInOrder(ops, rows);
    const made = since[worker] ?? [];
    let lostUs = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < sent.length; i++) {
      const row = sent[i]!;
      if (i > 0 && ops.sentUs[row]! < ops.doneUs[sent[i - 1]!]!) overlaps++;
      const isAcknowledged = ops.outcome[row]! <= okLocal;
      if (isAcknowledged && lostUs > 0 && !made.some((us) => us >= lostUs && us <= ops.sentUs[row]!)) unconnected++;
      if (isAcknowledged) lostUs = Number.NEGATIVE_INFINITY;
      else if (lost[ops.error[row]!]) lostUs = ops.doneUs[row]!;
    }
  }
  const moved = header.load.failover === true ? 0 : clientsThatMoved(run);
  return [
    ...(moved > 0
      ? [`${counted(moved, 'client')} changed the way to the database, which only a load with failover does`]
      : []),
    ...(overlaps > 0 ? [`${counted(overlaps, 'write')} sent while the client’s write before was under way`] : []),
    ...(unconnected > 0 ? [`${counted(unconnected, 'acknowledged write')} over a connection that was lost`] : []),
  ];
}

/** Rows of one client that were sent, by the time of that. Mostly in the order of their numbers already. */
function sentInOrder({ sentUs }: Ops, rows: Int32Array): Int32Array {
  let lastUs = Number.NEGATIVE_INFINITY;
  let isInOrder = true;
  for (let i = 0; i < rows.length && isInOrder; i++) {
    const us = sentUs[rows[i]!]!;
    isInOrder = us >= lastUs;
    lastUs = us;
  }
  if (isInOrder) return rows;
  return rows.filter((row) => !Number.isNaN(sentUs[row]!)).sort((a, b) => sentUs[a]! - sentUs[b]!);
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
