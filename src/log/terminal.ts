/** Lines of the log as a person reads them on a terminal. */
import { printable } from '../printable.ts';
import { type Fields, type Level, levels, type Sink } from './log.ts';

let threshold: Level | undefined;

/** What `--log-level` asks for; undefined: nothing goes to the terminal. */
export function showOnTerminal(level: Level | undefined): void {
  threshold = level;
}

export const isShownOnTerminal = (): boolean => threshold !== undefined;

/** Writes a line to standard error if it is at or above the chosen level. */
export const terminalSink: Sink = (level, fields, text) => {
  if (threshold === undefined || levels.indexOf(level) > levels.indexOf(threshold)) return;
  process.stderr.write(`${terminalLine(new Date(), level, fields, text)}\n`);
};

/** `12:30:59.123 debug  command host=postgres-1 argv="ip link show"`. */
export function terminalLine(at: Date, level: Level, fields: Fields, text: string): string {
  const shown = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${worded(value)}`);
  return printable(`${at.toISOString().slice(11, 23)} ${level.padEnd(5)} ${text}${shown.join('')}`);
}

function worded(value: unknown): string {
  const text = Array.isArray(value)
    ? value.join(' ')
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}
