/** How long a k3s stack takes until it serves a drill: from nothing, and for `run --on` on one that `pgdrill up` keeps. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantile } from '../src/measure/stats.ts';
import { shareStack } from '../src/run/shared-stack.ts';
import { topologySchema } from '../src/scenario/topology.ts';
import { k3sStack } from '../src/stacks/k3s/index.ts';
import type { Benchmark } from './benchmark.ts';

const times = 3;
const topology = topologySchema.parse({});

export const readyK3s: Benchmark = {
  name: 'ready-k3s',
  measures: `time until a k3s stack of three instances serves a drill: opened once, then found again ${times} times`,
  unavailable: () => k3sStack.unavailable(),
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'pgdrill-bench-'));
    const { signal } = new AbortController();
    const options = { topology, folder, signal, progress: () => {} };
    const taken = async (work: () => Promise<unknown>): Promise<number> => {
      const startedMs = performance.now();
      await work();
      return (performance.now() - startedMs) / 1000;
    };
    let id = '';
    try {
      const coldS = await taken(async () => {
        await using open = await k3sStack.open({ ...options, keep: true });
        id = open.id;
      });
      const warmS: number[] = [];
      for (let i = 0; i < times; i++) warmS.push(await taken(() => again(id, options)));
      return [
        { name: 'from nothing', value: coldS, unit: 's' },
        { name: 'kept, median', value: quantile(warmS, 0.5), unit: 's' },
        { name: 'kept, slowest', value: Math.max(...warmS), unit: 's', atMost: 60 },
      ];
    } finally {
      if (id) await k3sStack.remove(id);
      await rm(folder, { recursive: true });
    }
  },
};

/** As `run --on` does before its first step. */
async function again(id: string, options: Parameters<typeof k3sStack.open>[0]): Promise<void> {
  const shared = shareStack(k3sStack, { running: await k3sStack.reopen!(id) });
  await shared.open(options);
  await shared.close();
}
