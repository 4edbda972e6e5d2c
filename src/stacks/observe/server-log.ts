/** What is kept of the logs of PostgreSQL and of what manages it: messages that show why an instance is or is not in service. */
import type { EventOf } from '../../journal/event.ts';
import { redact } from '../../secrets.ts';
import type { LogLine } from './log-line.ts';
import type { Sink } from './observer.ts';

/** A message worth a line of the journal. */
export interface Fact {
  readonly level: string;
  readonly text: string;
}
type Program = EventOf<'log'>['program'];

/** Replication, recovery, starts and ends, refusals. Ordinary messages of level LOG that name none of these say nothing of them. */
const ofService =
  /streaming|wal ?receiver|wal ?sender|replication|standby|timeline|WAL (file|segment|location)|recovery|promote|redo (starts|done)|starting (up|PostgreSQL)|shut ?down|shutting down|ready to accept|terminat|crash|invalid record|could not|archive command|unexpected|waiting for WAL/i;
/** What steady work says in such words. */
const ofRoutine =
  /^(checkpoint|restartpoint|recovery restart point|connection|received replication command|disconnection)\b/i;

/** A message of PostgreSQL. Errors of statements are the clients', and have outcomes of their own. */
export function factOfPostgres(level: string, text: string): Fact | undefined {
  if (level === 'FATAL' || level === 'PANIC' || level === 'WARNING') return { level, text };
  const isOfService = (level === 'LOG' || level === 'ERROR') && ofService.test(text) && !ofRoutine.test(text);
  // Of errors only those of a walsender: a standby asked for WAL that is gone, or for a timeline that is not there.
  if (level === 'ERROR' && !/requested (WAL segment|starting point|timeline)|replication slot/.test(text))
    return undefined;
  return isOfService ? { level, text } : undefined;
}

/** A line of PostgreSQL's log after its time stamp: `[65] LOG:  started streaming WAL …`. */
export function postgresFact(line: string): Fact | undefined {
  const [, level, text] = /^\[\d+\] ([A-Z]+): {2}(.*)$/.exec(line) ?? [];
  return level && text ? factOfPostgres(level, text) : undefined;
}

/** What Patroni says each time that it has nothing to do. */
const idle = /^(no action\. I am|Lock owner:|No PostgreSQL configuration items changed|pg_controldata:)/;

/** A line of Patroni's log after its time stamp: `INFO: running pg_rewind from pg1`. */
export function patroniFact(line: string): Fact | undefined {
  const [, level, text] = /^([A-Z]+): (.*)$/.exec(line) ?? [];
  return level && text && !idle.test(text) ? { level, text } : undefined;
}

/** Messages that differ only in numbers and positions are one. */
const alike = ({ level, text }: Fact): string => `${level} ${text.replace(/\b[0-9A-F]+\/[0-9A-F]+\b|\d+/g, '#')}`;

/** Of messages that repeat themselves, a line at most this often. */
const againNs = 5_000_000_000n;
/** A log that says more than this is not kept any further. */
const linesAtMost = 500;
const longest = 300;
const cut = (text: string): string => (text.length <= longest ? text : `${text.slice(0, longest)} …`);

interface Kept {
  readonly fact: Fact;
  /** When it last became a line. */
  writtenNs: bigint;
  /** Of those since then. */
  n: number;
  firstNs: bigint;
  lastNs: bigint;
}

/** Keeps facts of one log: the first of each kind at once, those like it counted together. */
export class ServerLog implements Disposable {
  readonly #source: { readonly instance: string; readonly program: Program };
  readonly #sink: Sink;
  readonly #kept = new Map<string, Kept>();
  #lines = 0;

  constructor(instance: string, program: Program, sink: Sink) {
    this.#source = { instance, program };
    this.#sink = sink;
  }

  /** @param read what a line says after its time stamp; undefined where it says nothing of interest */
  take(lines: readonly LogLine[], read: (text: string) => Fact | undefined): void {
    for (const { atNs, text } of lines) {
      const fact = read(text);
      if (fact) this.add(fact, atNs);
    }
  }

  add(fact: Fact, atNs: bigint): void {
    const key = alike(fact);
    const before = this.#kept.get(key);
    if (!before) {
      if (this.#kept.size >= linesAtMost) return;
      const kept = { fact, writtenNs: atNs, n: 1, firstNs: atNs, lastNs: atNs };
      this.#kept.set(key, kept);
      this.#write(kept);
      return;
    }
    if (before.n === 0) before.firstNs = atNs;
    before.n++;
    before.lastNs = atNs;
    if (atNs - before.writtenNs >= againNs) this.#write(before);
  }

  /** Those that were counted and are not a line yet. */
  [Symbol.dispose](): void {
    for (const kept of this.#kept.values()) if (kept.n > 0) this.#write(kept);
  }

  #write(kept: Kept): void {
    if (this.#lines++ < linesAtMost) {
      const { fact, n, firstNs, lastNs } = kept;
      const said = { ...this.#source, level: fact.level, n, text: cut(redact(fact.text)) };
      this.#sink({ kind: 'log', ...said, loggedNs: firstNs, untilNs: lastNs }, process.hrtime.bigint());
    }
    kept.writtenNs = kept.lastNs;
    kept.n = 0;
  }
}
