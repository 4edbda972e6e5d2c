/** The log of one run: JSON lines in its folder, written without holding up the harness. */
import { createWriteStream } from 'node:fs';
import type { Level, Sink } from './log.ts';
import { terminalSink } from './terminal.ts';

export interface OpenLog extends AsyncDisposable {
  readonly sink: Sink;
}

/** A disk that does not answer must not keep a run from ending. */
const closeWithinMs = 2_000;

/**
 * Opens the log of a run. Write failures are ignored: a full disk costs the log, never the drill.
 * @param file its path; lines of all levels go there, and to the terminal those that `--log-level` asks for
 */
export async function openLog(file: string): Promise<OpenLog> {
  // Loaded here: writing a scenario or reading a report needs no logger.
  const { pino } = await import('pino');
  // Not pino's own destination: after a failed write it keeps the process from exiting. Each line is written at once, in
  // the background: if the harness is killed, the last thing that it did matters most.
  const destination = createWriteStream(file, { flags: 'a', mode: 0o600 });
  const closed = new Promise<void>((resolve) => destination.once('close', resolve));
  destination.on('error', () => {});
  const logger = pino(
    {
      level: 'debug' satisfies Level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return {
    sink: (level, fields, text) => {
      terminalSink(level, fields, text);
      if (destination.writable) logger[level](fields, text);
    },
    async [Symbol.asyncDispose]() {
      destination.end();
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, closeWithinMs);
      await Promise.race([closed, late.promise]);
      clearTimeout(timer);
    },
  };
}
