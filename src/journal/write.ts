/** The writer of a journal: numbers its lines, buffers them, and brings them safely to disk when asked. */
import { type FileHandle, open } from 'node:fs/promises';
import { SetupError } from '../errors.ts';
import { type Draft, rowsOf } from './event.ts';

/** Lines are kept back for this long, so that a run killed at any moment loses at most so much. */
const bufferMs = 250;

export class JournalWriter {
  readonly path: string;
  #file: FileHandle;
  #nextSeq = 0;
  readonly #written = new Map<string, number>();
  #buffered: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** Writes in their order: each waits for the one before it. */
  #tail: Promise<void> = Promise.resolve();
  #failure: SetupError | undefined;
  #closed = false;

  constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /**
   * Numbers a draft and adds it to the buffer. A batch of `n` rows takes `n` numbers.
   * @returns the line's own number, which is the number of its first row
   * @throws SetupError if an earlier line could not be written
   */
  append(draft: Draft): number {
    if (this.#failure) throw this.#failure;
    if (this.#closed) throw new Error(`a ${draft.kind} line came after the journal ${this.path} was closed`);
    const seq = this.#nextSeq;
    this.#nextSeq += rowsOf(draft);
    this.#written.set(draft.kind, (this.#written.get(draft.kind) ?? 0) + 1);
    this.#buffered.push(`${JSON.stringify({ seq, ...draft })}\n`);
    this.#timer ??= setTimeout(() => void this.#write().catch(() => {}), bufferMs);
    return seq;
  }

  /** How many lines of each kind were appended so far. */
  get written(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#written);
  }

  /**
   * Resolves once every line so far is on the disk itself (fsync): call it before a fault is injected.
   * @throws SetupError if it cannot be written
   */
  async flush(): Promise<void> {
    await this.#write();
    await this.#guard(() => this.#file.datasync());
  }

  /** Flushes and closes; a second call does nothing. @throws SetupError if it cannot be written */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.flush();
    } finally {
      await this.#file.close();
    }
  }

  #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#buffered.join('');
    this.#buffered = [];
    this.#tail = this.#tail.then(() => this.#guard(() => (text ? this.#file.appendFile(text) : Promise.resolve())));
    // The failure is kept and reported by the next append, flush or close.
    this.#tail.catch(() => {});
    return this.#tail;
  }

  /** Runs a step on the file; its first failure is the failure of the journal from then on. */
  async #guard(step: () => Promise<void>): Promise<void> {
    if (this.#failure) throw this.#failure;
    try {
      await step();
    } catch (error) {
      this.#failure = writeError(this.path, error as NodeJS.ErrnoException);
      throw this.#failure;
    }
  }
}

/**
 * Creates a run's journal. The file must not be there yet: two runs never share one.
 * @throws SetupError if it exists already or cannot be created
 */
export async function openJournal(path: string): Promise<JournalWriter> {
  try {
    return new JournalWriter(path, await open(path, 'ax'));
  } catch (error) {
    throw writeError(path, error as NodeJS.ErrnoException);
  }
}

const reasons: Record<string, string> = {
  ENOSPC: 'the disk is full; free some space and run again',
  EDQUOT: 'the disk quota is used up; free some space and run again',
  EEXIST: 'another run wrote it; choose another folder with --out',
  ENOENT: 'its folder is not there; create it or choose another with --out',
  EACCES: 'this user may not write there; choose another folder with --out',
  EROFS: 'the file system is read-only; choose another folder with --out',
};
function writeError(path: string, error: NodeJS.ErrnoException): SetupError {
  const reason = reasons[error.code ?? ''] ?? `${error.message}; see that the disk is in order and run again`;
  return new SetupError(`the journal ${path} cannot be written: ${reason}`, { cause: error });
}
