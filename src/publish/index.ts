/** Brings the history in before runs, and reports out after them: for a harness whose disk ends with its pod. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { median } from 'd3-array';
import { UsageError } from '../errors.ts';
import { Bucket } from '../object-store/bucket.ts';
import type { HistoryLine } from '../report/history.ts';
import { loadHistory } from '../run/history.ts';
import type { RunResult } from '../run/index.ts';
import { type Earlier, push } from './pushgateway.ts';

export interface PublishOptions {
  /** `s3://bucket/prefix`. */
  readonly bucket?: string | undefined;
  /** Address of a Pushgateway. */
  readonly pushgateway?: string | undefined;
  /** What the Pushgateway calls the system under test. */
  readonly instance: string;
}

/** What all runs of a folder share. */
const shared = ['history.ndjson', 'index.html'] as const;
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json',
  '.ndjson': 'application/x-ndjson',
  '.log': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

export class Publisher {
  readonly #bucket: Bucket | undefined;
  readonly #options: PublishOptions;

  /** @throws UsageError where the bucket is misnamed or has no account, or the Pushgateway is not a URL */
  constructor(options: PublishOptions) {
    this.#options = options;
    if (options.pushgateway !== undefined) demandUrl(options.pushgateway);
    this.#bucket = options.bucket === undefined ? undefined : new Bucket(options.bucket);
  }

  /** Fetches the history so far, so that the index grows month by month. @throws SetupError where the bucket refuses */
  async begin(out: string): Promise<void> {
    const history = await this.#bucket?.get('history.ndjson');
    if (!history) return;
    await mkdir(out, { recursive: true });
    await writeFile(join(out, 'history.ndjson'), history);
  }

  /**
   * Publishes a run.
   * @returns what could not be published, a sentence each: the run is what it is all the same
   */
  async publish(out: string, { folder, verdict }: Pick<RunResult, 'folder' | 'verdict'>): Promise<string[]> {
    const failed: string[] = [];
    const attempt = (work: Promise<void> | undefined) => work?.catch((error: Error) => void failed.push(error.message));
    await attempt(this.#upload(out, folder));
    const { pushgateway, instance } = this.#options;
    if (pushgateway !== undefined) await attempt(this.#push(pushgateway, instance, out, verdict));
    return failed;
  }

  async #push(to: string, instance: string, out: string, verdict: RunResult['verdict']): Promise<void> {
    // Without a history the outcome is pushed all the same.
    const history = await loadHistory(out).catch(() => undefined);
    await push(to, verdict, instance, history && earlierOf(history, verdict));
  }

  async #upload(out: string, folder: string): Promise<void> {
    if (!this.#bucket) return;
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = files.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    // The history comes last, after the files that it names.
    for (const path of [...paths, ...shared.toReversed().map((name) => join(out, name))])
      await this.#bucket.put(
        relative(out, path),
        await readFile(path),
        types[extname(path)] ?? 'application/octet-stream',
      );
  }
}

/** What the history holds of the same scenario on the same stack, as it was then. */
export function earlierOf(
  history: readonly HistoryLine[],
  { run, scenario, stack }: Pick<RunResult['verdict'], 'run' | 'scenario' | 'stack'>,
): Earlier {
  const own = history.find((line) => line.run === run);
  const alike = history.filter(
    (line) =>
      line.run !== run &&
      line.scenario === scenario &&
      line.stack === stack &&
      (!own || line.fingerprint.scenario === own.fingerprint.scenario),
  );
  const outages = alike.flatMap(({ measured }) => measured.writeOutageMs?.value ?? []);
  const middle = median(outages);
  return { runs: alike.length, ...(middle !== undefined && { writeOutageMedianMs: middle }) };
}

function demandUrl(text: string): void {
  const { protocol } = URL.parse(text) ?? {};
  if (protocol === 'http:' || protocol === 'https:') return;
  throw new UsageError(`--pushgateway expects a URL, such as http://pushgateway:9091; it got "${text}"`);
}
