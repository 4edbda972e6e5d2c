/** What a probe asks in a slot, and what the answer reports. */

import type { Finding } from '../probes/slots.ts';
import { probeTable, type StreamPlan } from '../process/protocol.ts';
import type { Answer } from '../writers/session.ts';

export interface Question {
  sql(slot: number): string;
  read(answer: Answer): Finding;
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * A write stream sets the slot number in its own row and returns the previous one, so that a primary that forgot
 * an acknowledged write is seen. `greatest`: bytes that a partition held back may arrive late, and must not lower it.
 * A read stream reads the row of the direct stream.
 */
export function questionOf(plan: StreamPlan, streams: readonly StreamPlan[]): Question {
  return plan.path === 'readonly' ? readOf(directName(streams)) : writeOf(plan.name);
}

/** The direct stream with a kept connection: every reader follows that one. */
const directName = (streams: readonly StreamPlan[]): string =>
  streams.find(({ path, fresh }) => path === 'direct' && !fresh)?.name ?? 'direct';

function writeOf(stream: string): Question {
  const name = literal(stream);
  return {
    sql: (slot) =>
      `with old as (select slot from ${probeTable} where stream = ${name}) ` +
      `update ${probeTable} set slot = greatest(slot, ${slot}) where stream = ${name} ` +
      'returning (select slot from old), host(inet_server_addr())',
    read,
  };
}

function readOf(stream: string): Question {
  const sql = `select slot, host(inet_server_addr()) from ${probeTable} where stream = ${literal(stream)}`;
  return { sql: () => sql, read };
}

const read = ({ row: [saw, server] }: Answer): Finding => ({
  saw: saw === undefined || saw === null ? -1 : Number(saw),
  server: server ?? undefined,
});
