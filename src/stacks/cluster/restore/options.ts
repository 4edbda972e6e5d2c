/** How backups of an existing cluster are restored beside it. */
import type { Assertion } from '../../../postgres/assertion.ts';

export interface RestoreOptions {
  /** Name of a Backup; absent: the newest that is complete. */
  readonly backup: string | undefined;
  /** Name of a Secret with ACCESS_KEY_ID and ACCESS_SECRET_KEY of an account that may only read the store; absent: the cluster's own credentials. */
  readonly readerSecret: string | undefined;
  readonly assertions: readonly Assertion[];
}
