/**
 * For tests and benchmarks only: the chain from the probes through the journal to the measures, held against the clock of
 * a proxy that cuts real connections to a real PostgreSQL. Each proxy has a probe stream of its own, and cuts it a few
 * times; all of them at once, because the measures ask for 10 good seconds after each cut.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, startClock } from '../../journal/clock.ts';
import type { Draft } from '../../journal/event.ts';
import { machine } from '../../journal/machine.ts';
import { readRunFile } from '../../journal/read.ts';
import { openJournal } from '../../journal/write.ts';
import { episodesOn, goodForUs, type TimedEpisode } from '../../measure/availability/episodes.ts';
import { randomFrom } from '../../random.ts';
import { loadSchema } from '../../scenario/load.ts';
import type { Endpoint } from '../endpoint.ts';
import { startLoad } from '../process/driver.ts';
import type { LoadPlan, StreamPlan } from '../process/protocol.ts';
import { connect } from '../writers/connect.ts';
import { prepareSchema } from '../writers/ledger.ts';
import { type Cut, type CutMode, CuttingProxy } from './proxy.ts';

/** What one proxy does to its stream, one cut after the other. */
export interface CutSeries {
  readonly mode: CutMode;
  readonly limitMs: number;
  readonly lengthsMs: readonly number[];
}
/** One cut: how long it was by the proxy's clock, and how long the measures say it was. */
export interface CutSeen {
  readonly mode: CutMode;
  readonly limitMs: number;
  readonly trueMs: number;
  readonly measuredMs: number;
  readonly minusMs: number;
  readonly plusMs: number;
}

const stepUs = 10_000;
/** How much longer than the measures need a stream stays whole after a cut. */
const spareMs = 1_000;

/**
 * Carries out the series side by side.
 * @param seed moves the cuts against the slots
 * @returns every cut that has an episode to itself; the others were spoilt by the machine
 * @throws Error if a cut was not seen at all
 */
export async function tryCuts(endpoint: Endpoint, series: readonly CutSeries[], seed: number): Promise<CutSeen[]> {
  const folder = await mkdtemp(join(tmpdir(), 'pgdrill-cuts-'));
  const clock = startClock();
  const proxies = await Promise.all(series.map(() => CuttingProxy.listen(endpoint, clock)));
  try {
    const streams = series.map(({ limitMs }, i) => streamThrough(proxies[i]!, endpoint, `cut-${i + 1}`, limitMs));
    const client = await connect(endpoint);
    await prepareSchema(client, streams).finally(() => client.end());
    const cuts = await underLoad({ clock, folder, streams, endpoint, seed }, () =>
      Promise.all(series.map((one, i) => cutOnce(proxies[i]!, one, randomFrom(seed + i)))),
    );
    const run = await readRunFile(join(folder, 'run.ndjson'));
    return series.flatMap((one, i) => compare(one, cuts[i]!, episodesOn(run, streams[i]!.name)));
  } finally {
    for (const proxy of proxies) await proxy[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  }
}

async function cutOnce(proxy: CuttingProxy, { mode, lengthsMs }: CutSeries, random: () => number): Promise<Cut[]> {
  const cuts: Cut[] = [];
  for (const lengthMs of lengthsMs) {
    await sleep(goodForUs / 1000 + spareMs + 500 * random());
    cuts.push(await proxy.cut(mode, lengthMs));
  }
  await sleep(goodForUs / 1000 + spareMs);
  return cuts;
}

function streamThrough(proxy: CuttingProxy, endpoint: Endpoint, name: string, limitMs: number): StreamPlan {
  const through: Endpoint = { ...endpoint, name, port: proxy.port };
  return { name, path: 'pooler', fresh: false, stepUs, limitUs: limitMs * 1000, endpoint: through };
}

interface Trial {
  readonly clock: Clock;
  readonly folder: string;
  readonly streams: readonly StreamPlan[];
  readonly endpoint: Endpoint;
  readonly seed: number;
}

/** Does something while the probes run, and journals what they see. */
async function underLoad<T>(trial: Trial, work: () => Promise<T>): Promise<T> {
  const { clock, folder, streams, endpoint, seed } = trial;
  const journal = await openJournal(join(folder, 'run.ndjson'));
  for (const draft of headOf(trial)) journal.append(draft);
  const load = loadSchema.parse({ writers: 1, ratePerSecond: 1 });
  const plan: LoadPlan = { originNs: String(clock.originNs), seed, load, writerEndpoints: [endpoint], streams };
  const onMessage = (draft: Draft): void => void journal.append(draft);
  const { signal } = new AbortController();
  await using process = startLoad({ plan, argv: (argv) => argv, folder, onMessage, signal });
  await process.ready;
  process.start();
  const result = await Promise.race([work(), process.died]);
  await process.stop();
  journal.append({ kind: 'end', tUs: clock.nowUs(), reason: 'done' });
  await journal.close();
  return result;
}

function headOf({ streams, seed }: Trial): Draft[] {
  const host = machine();
  const scenario = { name: 'cuts', asks: 'Does the measured outage agree with the proxy’s clock?', hash: '' };
  const nothing = { topology: {}, load: {}, limits: {}, changed: {} };
  const startedAt = new Date().toISOString();
  const plain = streams.map(({ endpoint: _endpoint, ...stream }) => stream);
  const found = { versions: {}, settings: {}, instances: [], poolers: [], path: 'through a cutting proxy' };
  return [
    {
      kind: 'run',
      tUs: 0,
      format: 1,
      id: 'cuts',
      startedAt,
      scenario,
      stack: 'lab',
      ...nothing,
      seed,
      host,
      command: '',
    },
    { kind: 'stack', tUs: 0, ...found, streams: plain },
  ];
}

/** Cuts that share an episode, because the machine itself hiccuped within 10 s after one, cannot be distinguished. */
function compare({ mode, limitMs }: CutSeries, cuts: readonly Cut[], episodes: readonly TimedEpisode[]): CutSeen[] {
  return cuts.flatMap((cut) => {
    const episode = episodes.find((one) => overlap(one, cut));
    if (!episode) throw new Error(`a cut (${mode}) at ${cut.began.beforeUs} µs was not seen at all`);
    if (cuts.filter((other) => overlap(episode, other)).length > 1) return [];
    const { began, ended } = cut;
    const trueUs = (ended.beforeUs + ended.afterUs - began.beforeUs - began.afterUs) / 2;
    const { lastedUs, minusUs, plusUs } = episode;
    const [trueMs, measuredMs, minusMs, plusMs] = [trueUs, lastedUs, minusUs, plusUs].map((us) => us / 1000);
    return [{ mode, limitMs, trueMs: trueMs!, measuredMs: measuredMs!, minusMs: minusMs!, plusMs: plusMs! }];
  });
}

const overlap = ({ start, end }: TimedEpisode, { began, ended }: Cut): boolean =>
  start.lo <= ended.afterUs && began.beforeUs <= end.hi;
