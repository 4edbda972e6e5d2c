/** A run as it was seen by the load alone, without the client programs beside it. */
import { programOf } from '../journal/clients/lines.ts';
import type { Column } from '../journal/columns/narrow.ts';
import { withSent } from '../journal/columns/ops.ts';
import type { Run } from '../journal/run.ts';
import { once } from './once.ts';

/**
 * The same run where no client program took part; otherwise one without their writes and log-ins. For what the load's own
 * clients went through, and for whether the load did as it should: a driver that is slow or stuck is not the instrument's
 * fault.
 */
export const ownLoad = once((run: Run): Run => {
  if (run.clients.length === 0) return run;
  const { ops, connects } = run;
  return { ...run, ops: withSent(rowsWhere(ops, ops.worker)), connects: rowsWhere(connects, connects.client) };
});

type Filtered = { filter(keeps: (value: number, row: number) => boolean): unknown };
/** Words are in plain arrays. */
const isColumn = (value: unknown): value is Filtered =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function rowsWhere<T extends { readonly n: number }>(columns: T, workers: Column): T {
  const keeps = (_value: number, row: number): boolean => programOf(workers[row]!) < 0;
  const entries = Object.entries(columns).map(([name, value]) => [name, isColumn(value) ? value.filter(keeps) : value]);
  const n = workers.reduce((sum, worker) => sum + (programOf(worker) < 0 ? 1 : 0), 0);
  return { ...Object.fromEntries(entries), n } as T;
}
