/** A lab for the benchmarks, and the load in it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startClock } from '../src/journal/clock.ts';
import type { Draft } from '../src/journal/event.ts';
import { startLoad } from '../src/load/driver.ts';
import { prepareSchema } from '../src/load/ledger.ts';
import type { LoadPlan } from '../src/load/protocol.ts';
import { standardStreams } from '../src/run/streams.ts';
import { type Load, topologySchema } from '../src/scenario.ts';
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

/** Runs the standard probes and a load in a lab for a while. */
export async function runLoad(lab: OpenStack, folder: string, load: Load, seconds: number): Promise<LoadSeen> {
  const endpoints = lab.endpoints();
  const streams = standardStreams(endpoints);
  const poolers = endpoints.filter(({ name }) => lab.facts.poolers.includes(name));
  const client = await lab.connect(await lab.primary());
  // The clients' network is out of our reach; the tables must be the load's own all the same.
  await client.query(`set role ${client.escapeIdentifier(endpoints[0]!.user)}`);
  await prepareSchema(client, streams).finally(() => client.end());
  const { originNs } = startClock();
  const plan: LoadPlan = { originNs: String(originNs), seed: 1, load, writerEndpoints: poolers, streams };
  let generator: Draft<'generator'> | undefined;
  const answers = { ok: 0, bad: 0 };
  await using process = startLoad({
    plan,
    argv: (argv) => lab.clientArgv(argv),
    folder,
    onMessage(message) {
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
