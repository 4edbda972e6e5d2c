/** Whether each client did one thing after another: one write under way at a time, and a new connection for a lost one. */
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
  const { sentUs, doneUs, outcome, error } = ops;
  const { order, places, workers } = turnsOf(ops);
  const since = connectionsByClient(run);
  const lost = ops.errors.map(isLost);
  const clients = workers.map((worker) => new Client(since[worker] ?? []));
  const next = (client: Client, row: number): void =>
    client.next(sentUs[row]!, doneUs[row]!, outcome[row]! <= okLocal, lost[error[row]!] === true);
  for (let i = 0; i < ops.n; i++) {
    const row = order ? order[i]! : i;
    // A comparison with NaN, where it was never sent, is false.
    if (sentUs[row]! >= Number.NEGATIVE_INFINITY) next(clients[places[ops.worker[row]!]!]!, row);
  }
  const followed = clients.map((client, place) => {
    if (client.isInOrder) return client;
    const again = new Client(since[workers[place]!] ?? []);
    const sent = rowsOf(ops, place).filter((row) => !Number.isNaN(sentUs[row]!));
    for (const row of sent.sort((a, b) => sentUs[a]! - sentUs[b]!)) next(again, row);
    return again;
  });
  return {
    overlaps: followed.reduce((sum, { overlaps }) => sum + overlaps, 0),
    unconnected: followed.reduce((sum, { unconnected }) => sum + unconnected, 0),
  };
}

/** One client, to which its writes are given in the order in which it sent them. */
class Client {
  overlaps = 0;
  unconnected = 0;
  /** Whether they came in that order. Mostly it is the order of their numbers. */
  isInOrder = true;
  readonly #connectedUs: readonly number[];
  #sentUs = Number.NEGATIVE_INFINITY;
  #doneUs = Number.NEGATIVE_INFINITY;
  #lostUs = Number.NEGATIVE_INFINITY;

  constructor(connectedUs: readonly number[]) {
    this.#connectedUs = connectedUs;
  }

  next(sentUs: number, doneUs: number, isAcknowledged: boolean, isLost: boolean): void {
    if (sentUs < this.#sentUs) this.isInOrder = false;
    if (sentUs < this.#doneUs) this.overlaps++;
    this.#sentUs = sentUs;
    this.#doneUs = doneUs;
    if (isAcknowledged) {
      if (this.#lostUs > 0 && !this.#connectedUs.some((us) => us >= this.#lostUs && us <= sentUs)) this.unconnected++;
      this.#lostUs = Number.NEGATIVE_INFINITY;
    } else if (isLost) this.#lostUs = doneUs;
  }
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
