/** The lines of the journal about backups: what was archived, taken and restored, and what a restore held. */
import { z } from 'zod';
import { count, line, us } from './line.ts';

/** A read of the ledger: the multiset R, as ranges [from, to] of op numbers a worker. */
export const ledgerShape = {
  rows: count,
  workers: z.record(z.string(), z.array(z.tuple([z.int(), z.int()]))),
  /** [worker, op, how often] of every key found more than once. */
  duplicates: z.array(z.tuple([z.int(), z.int(), z.int()])),
};

/** A point in time that a restore can aim at: the primary's own clock, read between `beforeUs` and `afterUs`. */
export const markLine = line('mark', {
  name: z.string(),
  instance: z.string(),
  timeline: z.int(),
  /** `pg_current_wal_insert_lsn()` as a byte position. */
  lsn: z.number(),
  /** `clock_timestamp()` there, to the µs. */
  serverTime: z.string(),
  beforeUs: us,
  afterUs: us,
  /** What the cluster had then, and a restore to this moment must have again. */
  roles: z.array(z.string()).optional(),
  databases: z.array(z.string()).optional(),
  /** As `database: extension`. */
  extensions: z.array(z.string()).optional(),
});

/** How far the archive is, as the primary says: pg_stat_archiver, and the files that wait in archive_status. */
export const archiveLine = line('archive', {
  instance: z.string(),
  timeline: z.int(),
  /** Files not archived yet. */
  waiting: count,
  archived: count,
  failed: count,
  /** The last file that was archived, and the last that failed; empty: none. */
  lastArchived: z.string(),
  lastFailed: z.string(),
  /** Whether the history file of this timeline is archived; timeline 1 has none, and needs none. */
  historyArchived: z.boolean(),
});

/** One call of an instance to the archive, as its log reports it: a file that it fetched or stored, or asked for in vain. */
export const archiveCallLine = line('archivecall', {
  instance: z.string(),
  does: z.enum(['fetch', 'store']),
  /** A segment of WAL, or the history of a timeline. */
  file: z.string(),
  /** False where the archive does not have it, or the call failed. */
  found: z.boolean(),
  /** The archive could not be asked; PostgreSQL tries again. */
  failed: z.literal(true).optional(),
  fromUs: us,
  untilUs: us,
});

/** A base backup that was tried. Fields that are not known for a failed one are left out. */
export const backupLine = line('backup', {
  fromUs: us,
  untilUs: us,
  /** It may have been done this much earlier: the distance between two looks. */
  sharpMs: z.number(),
  outcome: z.enum(['ok', 'failed']),
  /** Why it failed, in one sentence. */
  cause: z.string().optional(),
  /** What took it: `barman-cloud-backup`, `CNPG Backup (barmanObjectStore)`. */
  method: z.string(),
  id: z.string().optional(),
  instance: z.string().optional(),
  timeline: z.int().optional(),
  beginWal: z.string().optional(),
  endWal: z.string().optional(),
  /** Bytes in the store. */
  bytes: z.number().optional(),
  /** What the cluster had when it was taken, and a restore must have again. */
  roles: z.array(z.string()),
  databases: z.array(z.string()),
});

/** A restore that was tried, into a new instance that was thrown away afterwards. */
export const restoreLine = line('restore', {
  name: z.string(),
  target: z.object({
    kind: z.enum(['latest', 'time']),
    /** The name of the `mark` line. */
    mark: z.string().optional(),
    serverTime: z.string().optional(),
  }),
  fromUs: us,
  untilUs: us,
  /** As in `backup`. */
  sharpMs: z.number(),
  outcome: z.enum(['ok', 'failed']),
  cause: z.string().optional(),
  /** The base backup that it began with. */
  backup: z.string().optional(),
  /** How old that base backup was when the restore was ordered. */
  backupAgeMs: z.number().optional(),
  /** How long the base backup took to be there; the rest is replay, promotion, and waiting for them. */
  baseMs: z.number().optional(),
  /** Size of what was restored, and bytes that were received for it. */
  bytes: z.number().optional(),
  readBytes: z.number().optional(),
  timeline: z.int().optional(),
  /** How it is known that the restored instance cannot write to the store. */
  cannotWrite: z.string().optional(),
});

/** What was in the store at the end: the base backups, and which WAL behind the oldest is missing. */
export const storeLine = line('store', {
  backups: z.array(z.object({ id: z.string(), endedAt: z.string(), bytes: z.number() })),
  /** Archived files of WAL. */
  files: count,
  /** Segments that a recovery from the oldest backup on would miss. */
  missing: z.array(z.string()),
  /** The last segment of each timeline, and the history files. Absent in journals from before it was recorded. */
  newest: z.array(z.string()).optional(),
});

/** What a restored instance held. */
export const proofLine = line('proof', {
  restore: z.string(),
  ...ledgerShape,
  /** Rows whose content is not what their key demands. */
  damagedRows: count,
  /** Digest of all rows, so that two restores can be compared. */
  digest: z.string(),
  /** Tables and indexes looked through (verify_heapam, bt_index_check: what pg_amcheck calls), and what was found. */
  relations: count,
  corruption: z.array(z.string()),
  roles: z.array(z.string()),
  databases: z.array(z.string()),
  /** Sequences that columns draw from: the last value given, and the largest in the column. */
  sequences: z.array(z.object({ name: z.string(), last: z.number(), max: z.number() })),
  /** As `database: extension`. */
  extensions: z.array(z.string()).optional(),
  /** The user's own questions, what each should answer, what it answered, and whether that was so. */
  assertions: z
    .array(z.object({ name: z.string(), sql: z.string(), expected: z.string(), got: z.string(), holds: z.boolean() }))
    .optional(),
});
