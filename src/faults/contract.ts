/** A fault that was looked into and breaks nothing yet: what every stack's faults come down to. */
import type { UndoRecord } from './target.ts';

export interface PreparedFault {
  /** What `heal` needs; on disk before `breakIt` is called. */
  readonly how: UndoRecord['how'];
  breakIt(): Promise<void>;
  /** Waits until it took effect and says how that was seen. @throws SetupError where it did not */
  prove(): Promise<string>;
}
