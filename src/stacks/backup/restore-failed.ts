/** A restore that began with a base backup and did not come to its end. */
import { SetupError } from '../../errors.ts';

export class RestoreFailed extends SetupError {
  /** The id of the base backup. */
  readonly backup: string;

  /** @param why the cause in one sentence @param cause what was thrown */
  constructor(backup: string, why: string, cause: unknown) {
    super(`the restore failed: ${why}`, { cause });
    this.backup = backup;
  }
}
