/** Sessions that write on the primary and read their own writes back on replicas. */
import { z } from 'zod';
import { attemptShape, column, line } from '../line.ts';

/**
 * A batch of `n` writes, each with the reads that looked for it; it takes `n` sequence numbers. `client` is the session.
 * A row is done (`start` + `took`) when a read found the write, when the write failed, or when the load ended.
 */
export const sessionLine = line('session', {
  ...attemptShape,
  /** When the write was answered, relative to its start. Outcomes are those of writes (`outcomes`). */
  wrote: column,
  /**
   * The LSN floor: a position behind the write's commit, which the session learned from the primary after the
   * acknowledgement; bytes, 0 where it is not known.
   */
  floor: column,
  /** When the first read after the acknowledgement that was answered began, relative to it; −1: none was. */
  read: column,
  /** How many reads missed the write. */
  misses: column,
  /** When the last of them began, relative to the acknowledgement; −1: none missed it. */
  missed: column,
  /** The furthest position that a replica had replayed before a read there that missed the write; bytes, 0: none. */
  missedAt: column,
  /** When the first read began that found the write, relative to the acknowledgement; −1: none did. */
  found: column,
  /** Index into `servers` (addresses of the replica that answered the first read), −1 where unknown. */
  server: column,
  servers: z.array(z.string()),
});
