/** How backups of an existing cluster are restored beside it. */
import type { Assertion } from '../../../postgres/assertion.ts';

export interface RestoreOptions {
  /** Name of a Backup; absent: the newest that is complete. */
  readonly backup: string | undefined;
  /** Name of a Secret with ACCESS_KEY_ID and ACCESS_SECRET_KEY of an account that may only read the store; absent: the cluster's own credentials. */
  readonly readerSecret: string | undefined;
  /** One that is kept for restores; absent: each makes a new one. */
  readonly namespace?: string | undefined;
  /** The storage class of the restored volumes; absent: those of the Cluster. */
  readonly storageClass?: string | undefined;
  readonly assertions: readonly Assertion[];
}

/** Whether a lease can hold the name of a namespace that a backup is restored into. */
export const isRestoreNamespace = (name: unknown): name is string =>
  typeof name === 'string' && /^pgdrill-restore-[a-z0-9-]{0,46}[a-z0-9]$/.test(name);
