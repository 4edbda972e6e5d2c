/** A lab for the benchmarks, and the load in it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startClock } from '../src/journal/clock.ts';
import type { Draft } from '../src/journal/event.ts';
import type { Endpoint } from '../src/load/endpoint.ts';
import { type LoadOptions, startLoad } from '../src/load/process/driver.ts';
import type { LoadPlan, StreamPlan } from '../src/load/process/protocol.ts';
import { prepareSchema } from '../src/load/writers/ledger.ts';
import { standardStreams } from '../src/run/streams.ts';
import type { Load } from '../src/scenario/load.ts';
import { topologySchema } from '../src/scenario/topology.ts';
import { labStack } from '../src/stacks/lab/index.ts';
import type { OpenStack } from '../src/stacks/stack.ts';

/** Opens a lab of the default topology, hands it on, and removes it. */
export async function withLab<T>(use: (lab: OpenStack, folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'pgdrill-bench-'));
  const { signal } = new AbortController();
  try {
    await using lab = await labStack.open({ topology: topologySchema.parse({}), folder, signal, progress: () => {} });
    return await use(lab, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How well the load process kept its schedule, and what it cost. */
export interface LoadSeen {
  /** The process's own line at its end. */
  readonly generator: Draft<'generator'>;
  readonly ok: number;
  readonly bad: number;
}

/** What a load goes through, where it is not all that a run has. */
export interface LoadWays {
  readonly writerEndpoints?: readonly Endpoint[];
  readonly streams?: readonly StreamPlan[];
  /** Everything that the load process tells. */
  readonly onMessage?: LoadOptions['onMessage'];
}

/** Runs a load and, unless told otherwise, the standard probes in a lab for a while. */
export async function runLoad(
  lab: OpenStack,
  folder: string,
  load: Load,
  seconds: number,
  ways: LoadWays = {},
): Promise<LoadSeen> {
  const endpoints = lab.endpoints();
  const streams = ways.streams ?? standardStreams(endpoints);
  const writerEndpoints = ways.writerEndpoints ?? endpoints.filter(({ name }) => lab.facts.poolers.includes(name));
  await makeTables(lab, streams);
  const { originNs } = startClock();
  const plan: LoadPlan = { originNs: String(originNs), seed: 1, load, writerEndpoints, streams };
  let generator: Draft<'generator'> | undefined;
  const answers = { ok: 0, bad: 0 };
  await using process = startLoad({
    plan,
    argv: (argv) => lab.clientArgv(argv),
    folder,
    onMessage(message) {
      ways.onMessage?.(message);
      if (message.kind === 'generator' && message.source === 'load') generator = message;
      if (message.kind === 'op' || message.kind === 'probe')
        for (const outcome of message.outcome) answers[outcome === 0 ? 'ok' : 'bad'] += 1;
    },
    signal: new AbortController().signal,
  });
  await process.ready;
  process.start();
  await Promise.race([sleep(seconds * 1000), process.died]);
  await process.stop();
  return { generator: generator!, ...answers };
}

/** The clients' network is out of our reach; the tables must be the load's own all the same. */
export async function makeTables(lab: OpenStack, streams: readonly StreamPlan[]): Promise<void> {
  const client = await lab.connect(await lab.primary());
  await client.query(`set role ${client.escapeIdentifier(lab.endpoints()[0]!.user)}`);
  await prepareSchema(client, streams).finally(() => client.end());
}
