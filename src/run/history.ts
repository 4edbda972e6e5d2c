/** The history of all runs in a folder of runs, and the page over it. */
import { appendFile, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError, UsageError } from '../errors.ts';
import { differences } from '../measure/compare/fingerprint.ts';
import { placeAmong } from '../measure/compare/rank.ts';
import { type HistoryLine, readHistory, wholeLines } from '../report/history.ts';
import { renderIndex } from '../report/index-page/index.ts';
import { whyNotWritten, writeWhole } from './files/written.ts';

const historyFile = (out: string): string => join(out, 'history.ndjson');

/** The runs of a folder, oldest first; none where there is no history yet. */
export async function loadHistory(out: string): Promise<HistoryLine[]> {
  return readHistory(await historyText(out));
}

/** @throws UsageError where it cannot be read */
async function historyText(out: string): Promise<string> {
  return readFile(historyFile(out), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new UsageError(`the history ${historyFile(out)} cannot be read: ${error.message}`);
  });
}

/**
 * Adds a run to the history and renders the page over all runs again.
 * @param earlier the history before it
 * @throws SetupError where it cannot be written
 * @returns where the run stands among earlier ones that can be compared with it: `write outage: slowest of 13 drills; by
 *   chance 1 in 13`, or that it is the first; undefined where nothing can be compared
 */
export async function remember(
  out: string,
  line: HistoryLine,
  earlier: readonly HistoryLine[],
): Promise<string | undefined> {
  await addLine(out, line);
  await writeWhole('the index', join(out, 'index.html'), renderIndex([...earlier, line]));
  return placeOf(line, earlier);
}

/** A last line that was torn, by a full disk or a crash, gives way to the new one. */
async function addLine(out: string, line: HistoryLine): Promise<void> {
  const file = historyFile(out);
  const text = await historyText(out);
  const whole = wholeLines(text);
  try {
    // Only then: another run may be adding its line at this moment.
    if (whole.length < text.length) await truncate(file, Buffer.byteLength(whole));
    await appendFile(file, `${whole === '' || whole.endsWith('\n') ? '' : '\n'}${JSON.stringify(line)}\n`);
  } catch (error) {
    throw new SetupError(
      `the history ${file} cannot be written: ${whyNotWritten(error)}; the run’s own folder is whole`,
    );
  }
}

function placeOf(line: HistoryLine, earlier: readonly HistoryLine[]): string | undefined {
  const outage = ({ measured }: HistoryLine) => measured.writeOutageMs?.value ?? null;
  const value = outage(line);
  const before = earlier.filter(({ scenario, stack }) => scenario === line.scenario && stack === line.stack);
  if (before.length === 0)
    return `the first run of ${line.scenario} on ${line.stack} here; later ones are compared with it`;
  const alike = before.filter((other) => differences([other.fingerprint, line.fingerprint]).length === 0);
  const values = alike.map(outage).filter((other) => other !== null);
  return value === null || values.length === 0 ? undefined : `write outage: ${placeAmong(value, values).sentence}`;
}
