/**
 * The harness's own log: what pgdrill did to which machine or cluster. It is for people who ask what happened; it is not
 * evidence, which is the journal alone.
 *
 * Each run has a log of its own (`openLog`), which the code that it calls finds by its asynchronous context. Outside a
 * run, lines go to the terminal if `--log-level` asks for them, and nowhere otherwise.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { redact, redactAll } from '../secrets.ts';

/** `info`: what changes the system under test. `debug`: every command and API call that does it. */
export const levels = ['error', 'warn', 'info', 'debug'] as const;
export type Level = (typeof levels)[number];
export type Fields = Readonly<Record<string, unknown>>;

/** Writes one line; must neither throw nor block. */
export type Sink = (level: Level, fields: Fields, text: string) => void;

const current = new AsyncLocalStorage<Sink>();
let outsideRuns: Sink | undefined;

function write(level: Level, fields: Fields, text: string): void {
  const sink = current.getStore() ?? outsideRuns;
  if (sink) sink(level, redactAll(fields) as Fields, redact(text));
}

type Write = (text: string, fields?: Fields) => void;

/** @example log.info('fault injected', { fault: 'crash', target: 'postgres-1' }) */
export const log: Readonly<Record<Level, Write>> = {
  error: (text, fields = {}) => write('error', fields, text),
  warn: (text, fields = {}) => write('warn', fields, text),
  info: (text, fields = {}) => write('info', fields, text),
  debug: (text, fields = {}) => write('debug', fields, text),
};

/** Does `work` with this sink; what `work` starts logs there too, also after it has returned. */
export const withSink = <T>(sink: Sink, work: () => T): T => current.run(sink, work);

/** Where lines go that belong to no run. */
export function setSinkOutsideRuns(sink: Sink | undefined): void {
  outsideRuns = sink;
}
