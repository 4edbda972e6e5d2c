/** The writes of sessions are collected into the batches of the journal here. */
import { type Draft, type Outcome, outcomes } from '../../journal/event.ts';
import type { ReadBack } from '../../journal/sessions/rows.ts';
import { type AttemptRow, attemptColumns, Texts } from '../writers/batch.ts';

/** A write, and what reads saw of it. */
export interface SessionRow extends AttemptRow<Outcome>, ReadBack {}

export function sessionDraft(rows: readonly SessionRow[], tUs: number): Draft<'session'> {
  const servers = new Texts();
  const since = (row: SessionRow, us: number | undefined): number => (us === undefined ? -1 : us - row.ackUs);
  return {
    kind: 'session',
    tUs,
    ...attemptColumns(rows, outcomes),
    wrote: rows.map((row) => row.ackUs - row.startUs),
    floor: rows.map((row) => row.floor),
    read: rows.map((row) => since(row, row.readUs)),
    misses: rows.map((row) => row.misses),
    missed: rows.map((row) => since(row, row.missedUs)),
    missedAt: rows.map((row) => row.missedAt),
    found: rows.map((row) => since(row, row.foundUs)),
    server: rows.map((row) => servers.index(row.server)),
    servers: servers.list,
  };
}
