/** What a stack with an object store can do about backups. */

import type { Client } from 'pg';
import type { Instance } from '../faults/target.ts';
import type { EventOf } from '../journal/event.ts';
import type { Assertion } from '../postgres/assertion.ts';
import type { StoredBackup } from './backup/catalogue.ts';
import type { RecoveryTarget } from './backup/recovery-target.ts';

type Line<K extends 'backup' | 'restore'> = Omit<EventOf<K>, 'seq' | 'tUs' | 'kind'>;

type Known<T, K extends keyof T> = { readonly [P in K]-?: NonNullable<T[P]> };

/** A base backup in the store, less its times and what the run adds. */
export type BackupInfo = Known<
  Line<'backup'>,
  'method' | 'id' | 'instance' | 'timeline' | 'beginWal' | 'endWal' | 'bytes'
>;

/** What is in the store. */
export interface StoreListing {
  readonly backups: readonly StoredBackup[];
  /** Names of the archived files: segments, `.partial`, `.history`, `.backup`; without the suffix of a compression. */
  readonly wal: readonly string[];
}

export interface BackupOptions {
  readonly signal: AbortSignal;
  /** Given up after this. */
  readonly withinMs: number;
  readonly progress: (step: string) => void;
}

/** A restored instance, which takes writes but whose store refuses them. Disposing of it removes all that there is of it. */
export interface Restored extends AsyncDisposable {
  readonly instance: Instance;
  readonly facts: Known<Line<'restore'>, 'backup' | 'bytes' | 'timeline' | 'cannotWrite'> & {
    readonly baseMs?: number;
    /** Where the store can be asked. */
    readonly readBytes?: number;
    /** Where somebody says when the base backup was complete. */
    readonly backupAgeMs?: number;
  };
  /** A superuser's connection to a database of it; the load's unless said otherwise. */
  connect(database?: string): Promise<Client>;
  /** A login of another role, to the database of the load. Absent where the data are the harness's own. */
  login?(user: string, password: string): Promise<Client>;
}

export interface Backups {
  /** The distance between two looks at whether something is done: a duration is sharp to this, ms. */
  readonly sharpMs: number;
  /** Takes a base backup, from a standby where there is one. @throws SetupError with the cause in one sentence */
  take(options: BackupOptions): Promise<BackupInfo>;
  /** As `take`, but the backup is the first that this schedule orders. There where the stack can do `schedule`. */
  takeBySchedule?(schedule: string, options: BackupOptions): Promise<BackupInfo>;
  /** When the first backup by this schedule would be, in the words of the stack's scheduler. */
  firstBySchedule?(schedule: string, options: BackupOptions): Promise<string>;
  /**
   * Restores into a new, throw-away instance, and resolves once it takes writes.
   * @throws SetupError with the cause in one sentence, after removing what there is of it: RestoreFailed once a base
   * backup was chosen
   */
  restore(target: RecoveryTarget, options: BackupOptions): Promise<Restored>;
  /** The user's own questions to what was restored. */
  readonly assertions?: readonly Assertion[];
  /** Absent where the store is out of reach. @throws SetupError where it cannot be asked */
  list?(signal: AbortSignal): Promise<StoreListing>;
}
