/** Runs a client program through a trial: a real PostgreSQL, a proxy that does to it what a failover does, a journal. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError } from '../../errors.ts';
import { startClock } from '../../journal/clock.ts';
import type { Draft } from '../../journal/event.ts';
import { machine } from '../../journal/machine.ts';
import { readRunFile } from '../../journal/read.ts';
import { type JournalWriter, openJournal } from '../../journal/write.ts';
import type { Endpoint } from '../../load/endpoint.ts';
import { type ClientCommandLine, ClientPrograms } from '../../load/programs/fleet.ts';
import { clientPlans } from '../../load/programs/plan.ts';
import { connect } from '../../load/writers/connect.ts';
import { prepareSchema, readLedger } from '../../load/writers/ledger.ts';
import type { ClientUse } from '../../scenario/client-use.ts';
import { course, type Stage } from './course.ts';
import { type Finding, findings, returns, type Staged } from './findings.ts';
import { TrialProxy } from './proxy.ts';

/** Longer than the longest pause between attempts that a library makes by default: 20 s. */
const writesWithinMs = 25_000;

export interface Trial {
  readonly findings: readonly Finding[];
  /** After each stage: how long until the first acknowledged write. */
  readonly returns: readonly { readonly name: string; readonly ms: number | undefined }[];
}
export interface TrialOptions {
  /** A PostgreSQL that the trial may write to, as a user that may create a schema. */
  readonly endpoint: Endpoint;
  readonly use: ClientUse;
  readonly command: ClientCommandLine;
  readonly signal: AbortSignal;
  readonly stages?: readonly Stage[];
  readonly onStage?: (name: string) => void;
}

/** @throws SetupError where the program does not become ready, or the server cannot be used */
export async function tryClient(options: TrialOptions): Promise<Trial> {
  const folder = await mkdtemp(join(tmpdir(), 'pgdrill-client-test-'));
  try {
    return await tryIn(folder, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function tryIn(folder: string, options: TrialOptions): Promise<Trial> {
  const { endpoint, use, command, signal, stages = course } = options;
  const clock = startClock();
  await using proxy = await TrialProxy.listen(endpoint, clock);
  const client = await connect(endpoint);
  await prepareSchema(client, []).finally(() => client.end());
  const through: Endpoint = { ...endpoint, name: 'direct', host: '127.0.0.1', port: proxy.port };
  const journal = await openJournal(join(folder, 'run.ndjson'));
  const write = (draft: Draft): void => void journal.append(draft);
  for (const draft of head(use)) write(draft);
  const plans = clientPlans({
    ...{ uses: [{ ...use, path: 'direct' as const }], endpoints: [through], hosts: [] },
    ...{ originNs: clock.originNs, seed: 1, giveUpMs: 3_000 },
  });
  await using programs = new ClientPrograms({
    plans,
    commands: [command],
    argv: (argv) => argv,
    folder,
    clock,
    onDraft: write,
  });
  await programs.ready;
  programs.start();
  const staged = await runThrough(stages, proxy, options);
  signal.throwIfAborted();
  await programs.stop();
  await concluded(endpoint, journal, clock.nowUs());
  const run = await readRunFile(join(folder, 'run.ndjson'));
  return { findings: findings(run, proxy.passed), returns: returns(run, staged) };
}

async function runThrough(
  stages: readonly Stage[],
  proxy: TrialProxy,
  { signal, onStage }: TrialOptions,
): Promise<Staged[]> {
  const staged: { name: string; fromUs: number; passesUs: number; untilUs: number }[] = [];
  for (const { name, mode, forMs, thenMs } of stages) {
    onStage?.(name);
    const fromUs = proxy.nowUs();
    proxy.mode = mode;
    await sleep(forMs, undefined, { signal }).catch(() => {});
    proxy.mode = { does: 'pass' };
    const passesUs = proxy.nowUs();
    if (thenMs > 0) await sleep(thenMs, undefined, { signal }).catch(() => {});
    if (thenMs > 0) await writesAgain(proxy, passesUs, signal);
    if (thenMs > 0) staged.push({ name, fromUs, passesUs, untilUs: proxy.nowUs() });
  }
  return staged;
}

/** A program that reconnects late meets every stage all the same. One that does not write for so long meets the rest silent. */
async function writesAgain(proxy: TrialProxy, sinceUs: number, signal: AbortSignal): Promise<void> {
  const untilUs = sinceUs + writesWithinMs * 1000;
  const hasWritten = (): boolean =>
    proxy.passed.some(
      ({ cameUs, answeredUs, mode }) => cameUs >= sinceUs && answeredUs !== undefined && mode === 'pass',
    );
  while (!hasWritten() && proxy.nowUs() < untilUs && !signal.aborted) await sleep(50);
}

/** Reads what the database holds in the end, past the proxy. */
async function concluded(endpoint: Endpoint, journal: JournalWriter, tUs: number): Promise<void> {
  const client = await connect(endpoint);
  try {
    journal.append({ ...(await readLedger(client, 'server', 'primary')), tUs } as Draft);
  } catch (error) {
    throw new SetupError(`the trial’s ledger cannot be read: ${(error as Error).message}`, { cause: error });
  } finally {
    await client.end();
  }
  journal.append({ kind: 'end', tUs, reason: 'done' });
  await journal.close();
}

function head({ name, workers, ratePerSecond }: ClientUse): Draft[] {
  const scenario = { name: 'client-test', asks: 'Does a client program keep to the protocol?', hash: '' };
  const about = { topology: {}, load: { workers, ratePerSecond }, limits: {}, changed: {}, seed: 1, command: '' };
  const found = { versions: {}, settings: {}, instances: [], poolers: [], streams: [], path: 'through a proxy' };
  const startedAt = new Date().toISOString();
  return [
    {
      kind: 'run',
      tUs: 0,
      format: 1,
      id: `client-test-${name}`,
      startedAt,
      scenario,
      stack: 'lab',
      host: machine(),
      ...about,
    },
    { kind: 'stack', tUs: 0, ...found },
  ];
}
