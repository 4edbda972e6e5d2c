/** The history of all runs in a folder of runs, and the page over it. */
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { differences } from '../measure/compare/fingerprint.ts';
import { placeAmong } from '../measure/compare/rank.ts';
import { type HistoryLine, readHistory } from '../report/history.ts';
import { renderIndex } from '../report/index-page/index.ts';

const historyFile = (out: string): string => join(out, 'history.ndjson');

/** The runs of a folder, oldest first; none where there is no history yet. */
export async function loadHistory(out: string): Promise<HistoryLine[]> {
  const text = await readFile(historyFile(out), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return readHistory(text);
}

/**
 * Adds a run to the history and makes the page over all runs anew.
 * @param earlier the history before it
 * @returns where the run stands among earlier ones that can be compared with it: `slowest of 13 drills; by chance 1 in 13`
 */
export async function remember(
  out: string,
  line: HistoryLine,
  earlier: readonly HistoryLine[],
): Promise<string | undefined> {
  await appendFile(historyFile(out), `${JSON.stringify(line)}\n`);
  await writeFile(join(out, 'index.html'), renderIndex([...earlier, line]));
  return placeOf(line, earlier);
}

function placeOf(line: HistoryLine, earlier: readonly HistoryLine[]): string | undefined {
  const outage = ({ measured }: HistoryLine) => measured.writeOutageMs?.value ?? null;
  const value = outage(line);
  const alike = earlier.filter((other) => differences([other.fingerprint, line.fingerprint]).length === 0);
  const values = alike.map(outage).filter((other) => other !== null);
  return value === null || values.length === 0 ? undefined : placeAmong(value, values).sentence;
}
