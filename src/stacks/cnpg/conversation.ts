/** A command that runs in another place. */

import type { Readable } from 'node:stream';
/** A command that runs somewhere else. */
export interface Conversation {
  write(text: string): void;
  readonly out: Readable;
  readonly err: Readable;
  /** Its exit code once it has ended; undefined where the connection broke. */
  readonly ended: Promise<number | undefined>;
  /** Breaks the connection. */
  close(): void;
}
