/** What logs say loudest: the lines that an engineer looks for first. */
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** The worse first. A server that starts, ends sessions, or has no connection left says FATAL all the time. */
const symptoms: readonly RegExp[] = [
  /No space left on device|could not extend file|disk quota exceeded/i,
  /\bPANIC:/,
  /out of memory|cannot allocate memory|oom-kill|terminated by signal/i,
  // A standby that cannot follow: the WAL it needs is gone, or it passed the point where the new timeline forked off.
  /requested WAL segment .* has already been removed|requested starting point .* is ahead of/i,
  /forked off current database system timeline/i,
  /is not (in|a child of) this server's history/i,
  /could not (connect to the primary|receive data from WAL stream|rewind)|pg_rewind.*(error|fatal)/i,
  // A copy of the primary that was not made: pg_basebackup, and Patroni, which calls it (postgresql/bootstrap.py, ha.py).
  /pg_basebackup: error|error when fetching backup|error creating replica using method|failed to bootstrap/i,
];

/** Nobody reads a sentence of ten logs. */
const shownAtMost = 2;
const longest = 160;

interface Symptom {
  /** The log. */
  readonly source: string;
  readonly text: string;
  readonly rank: number;
}

/** How bad a line of a log is; undefined where it says nothing of this kind. 0 is worst. */
export function rankOf(line: string): number | undefined {
  const rank = symptoms.findIndex((pattern) => pattern.test(line));
  return rank < 0 ? undefined : rank;
}

/** For a sentence: `; pg2’s log says: PANIC:  could not write to file …: No space left on device`; empty without any. */
function symptomsText(found: readonly Symptom[]): string {
  const worst = [...found].sort((a, b) => a.rank - b.rank).slice(0, shownAtMost);
  return worst.map(({ source, text }) => `; ${source} says: ${text}`).join('');
}

/** The worst lines of the logs in a folder, the last of each log, as `symptomsText` gives them. Logs that cannot be read are left out. */
export async function symptomsIn(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found = await Promise.all(files.map((file) => worstOf(file, relative(folder, file)).catch(() => undefined)));
  return symptomsText(found.filter((one) => one !== undefined));
}

async function worstOf(file: string, source: string): Promise<Symptom | undefined> {
  let worst: Symptom | undefined;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    const rank = rankOf(line);
    if (rank === undefined || (worst && rank > worst.rank)) continue;
    worst = { source, rank, text: withoutStamp(line) };
  }
  return worst;
}

/** What an instance manager of CloudNativePG writes: a record of PostgreSQL, or a message of its own. */
const managed = z.object({
  msg: z.string().optional(),
  record: z.object({ error_severity: z.string(), message: z.string(), detail: z.string() }).partial().optional(),
});

/** A line of JSON as PostgreSQL writes it to a log of text; any other line as it is. */
function unpacked(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const { msg, record } = managed.parse(JSON.parse(line));
    if (record?.message === undefined) return msg ?? line;
    return `${record.error_severity ?? 'LOG'}: ${record.message}${record.detail ? ` (${record.detail})` : ''}`;
  } catch {
    return line;
  }
}

/** From its level on, where it has one: the time and the process say little in a sentence. */
function withoutStamp(packed: string): string {
  const line = unpacked(packed);
  const from = line.search(/\b(PANIC|FATAL|ERROR|LOG|WARNING|CRITICAL):? /);
  const text = (from < 0 ? line : line.slice(from)).replace(/\s+/g, ' ').trim();
  return text.length <= longest ? text : `${text.slice(0, longest)} …`;
}
