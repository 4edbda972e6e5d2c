/** Reads a journal back: text in, a `Run` out. What is torn or missing is said in `defects`; nonsense is refused. */
import type { z } from 'zod';
import { UsageError } from '../errors.ts';
import { Collector } from './collect.ts';
import { asScanned, type Scanned, Scanner } from './columns/scan.ts';
import { eventSchema, type JournalEvent, rowsOf } from './event.ts';
import { readLines } from './file.ts';
import { type Line, unpackedLine } from './packed/line.ts';
import { Merge, textOf } from './packed/segment.ts';
import type { Run } from './run.ts';

const kinds: ReadonlySet<unknown> = new Set(eventSchema.options.flatMap((option) => [...option.shape.kind.values]));

/**
 * Reads the lines of a journal. A torn last line, gaps in the sequence and unknown kinds of line become `defects`.
 * @param name what the file is called in messages
 * @throws UsageError with the number of the line that is not a line of a journal
 */
export async function readRun(lines: AsyncIterable<string> | Iterable<string>, name = 'the journal'): Promise<Run> {
  const reader = new LineReader(name);
  for await (const line of lines) reader.read(line);
  return reader.finish();
}

/**
 * Reads `run.ndjson`, or one that was packed: `run.ndjson.gz`, `run.ndjson.zst`.
 * @throws UsageError where there is no such file, or it is not a journal
 */
export async function readRunFile(path: string): Promise<Run> {
  try {
    const reader = new LineReader(path);
    await readLines(path, (bytes, from, to) => reader.readBytes(bytes, from, to));
    return reader.finish();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UsageError(`${path} does not exist; expected a journal (run.ndjson)`);
    if (code === 'EISDIR') throw new UsageError(`${path} is a folder; name the run.ndjson inside it`);
    if (code?.startsWith('Z_') || code?.startsWith('ZSTD_'))
      throw new UsageError(`${path} cannot be unpacked: ${message}`);
    throw error;
  }
}

class LineReader {
  readonly #name: string;
  readonly #collector = new Collector();
  readonly #scanner = new Scanner();
  readonly #blocks = new Merge();
  #number = 0;
  #nextSeq: number | undefined = 0;
  /** Number of a line that is not JSON: torn if it is the last, nonsense if not. */
  #torn: number | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  read(line: string): void {
    this.#number++;
    if (line.trim() === '') return;
    if (this.#torn !== undefined) throw this.#refusal(this.#torn, 'it is not JSON');
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      this.#torn = this.#number;
      return;
    }
    if (this.#isBlock(value)) return;
    this.#takeWaiting((value as { seq?: unknown } | null)?.seq);
    this.#take(value);
  }

  /** A line as it is in the file. Batches are scanned where they lie; all else is read as text. */
  readBytes(bytes: Buffer, from: number, to: number): void {
    const isFirst = this.#number === 0;
    const scanned = isFirst || this.#torn !== undefined ? undefined : this.#scanner.scan(bytes, from, to);
    if (scanned) {
      this.#number++;
      this.#takeWaiting(scanned.seq);
      this.#add(scanned);
    } else this.read(bytes.toString('utf8', from, to));
  }

  finish(): Run {
    this.#takeWaiting();
    if (this.#torn === 1 || this.#number === 0)
      throw new UsageError(`${this.#name} is not a journal: expected a \`run\` line first, found nothing whole`);
    if (this.#torn !== undefined) this.#collector.defect(`line ${this.#torn}, the last one, is torn`);
    try {
      return this.#collector.finish();
    } catch (error) {
      throw new UsageError(`${this.#name} is not a journal: ${(error as Error).message}`);
    }
  }

  #isBlock(written: unknown): boolean {
    if (typeof written !== 'object' || written === null || this.#number === 1) return false;
    try {
      return this.#blocks.take(written as Line);
    } catch (error) {
      throw this.#refusal(this.#number, (error as Error).message);
    }
  }

  /** The lines of blocks that come before one with this number. */
  #takeWaiting(seq?: unknown): void {
    for (const line of this.#blocks.before(seq)) {
      const scanned = asScanned(line);
      if (scanned) this.#add(scanned);
      else this.#take(JSON.parse(textOf(line)));
    }
  }

  #take(written: unknown): void {
    const kind = (written as { kind?: unknown } | null)?.kind;
    if (this.#number === 1 && kind !== 'run')
      throw this.#refusal(1, `expected the \`run\` line that a journal begins with, found ${JSON.stringify(kind)}`);
    const value = this.#unpacked(written);
    if (typeof kind === 'string' && !kinds.has(kind)) {
      this.#collector.defect(`line ${this.#number} is of the kind ${kind}, which this version does not know`);
      this.#nextSeq = undefined;
      return;
    }
    const parsed = eventSchema.safeParse(value);
    if (!parsed.success) throw this.#refusal(this.#number, firstIssue(parsed.error, kind));
    this.#add(parsed.data);
  }

  #unpacked(written: unknown): unknown {
    if (typeof written !== 'object' || written === null) return written;
    try {
      return unpackedLine(written as Record<string, unknown>);
    } catch (error) {
      throw this.#refusal(this.#number, (error as Error).message);
    }
  }

  #add(event: JournalEvent | Scanned): void {
    if (this.#nextSeq !== undefined && event.seq !== this.#nextSeq)
      this.#collector.defect(`line ${this.#number} has the number ${event.seq} where ${this.#nextSeq} was expected`);
    this.#nextSeq = event.seq + rowsOf(event);
    try {
      this.#collector.add(event);
    } catch (error) {
      throw this.#refusal(this.#number, `${event.kind}: ${(error as Error).message}`);
    }
  }

  #refusal(number: number, problem: string): UsageError {
    return new UsageError(`${this.#name}, line ${number}, is not a line of a journal: ${problem}`);
  }
}

function firstIssue(error: z.ZodError, kind: unknown): string {
  const issue = error.issues[0]!;
  return `${[kind, ...issue.path].filter((part) => part !== undefined).join('.')}: ${issue.message}`;
}
