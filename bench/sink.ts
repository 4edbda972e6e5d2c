/**
 * How much load several generators make together, and what their driver takes for it: each generator in a network namespace
 * of its own, all against a sink that acknowledges at once. The driver merges their reports into one journal.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startClock } from '../src/journal/clock.ts';
import type { JournalEvent } from '../src/journal/event.ts';
import { openJournal } from '../src/journal/write.ts';
import { LoadFleet } from '../src/load/process/fleet.ts';
import { loadSchema } from '../src/scenario/load.ts';
import { inNetwork, makeNetwork, removeNetwork } from '../src/stacks/lab/hosts/network.ts';
import { labStack } from '../src/stacks/lab/index.ts';
import type { HostPlan } from '../src/stacks/lab/plan.ts';
import type { Benchmark } from './benchmark.ts';
import { spread } from './spread.ts';

const ratePerSecond = 50_000;
const clients = 96;
const generators = 3;
const seconds = 4;
const rounds = 5;

const child = fileURLToPath(new URL('./sink-server.ts', import.meta.url));
const hosts: readonly HostPlan[] = [
  'sink',
  'clients',
  ...Array.from({ length: generators }, (_, i) => `load${i + 1}`),
].map((name, i) => ({ name, kind: 'clients', address: `198.18.0.${i + 1}` }));

interface Round {
  readonly acknowledgedPerSecond: number;
  /** Of the driver, which merges and journals; share of a core. */
  readonly driverCores: number;
  readonly sinkCores: number;
  /** Writes that the journal lacks, has twice, or has as acknowledged though the sink never saw them. */
  readonly wrong: number;
}

export const sink: Benchmark = {
  name: 'sink',
  measures: `${ratePerSecond} writes a second asked of ${generators} generators in network namespaces for ${seconds} s, against a sink that acknowledges, ${rounds} rounds`,
  unavailable: () => labStack.unavailable(),
  async run() {
    const seen: Round[] = [];
    for (let round = 0; round < rounds; round++) seen.push(await inNetworks(oneRound));
    const of = (figure: (one: Round) => number) => seen.map(figure);
    return [
      ...spread(
        'acknowledged',
        '/s',
        of(({ acknowledgedPerSecond }) => acknowledgedPerSecond),
        { atLeast: ratePerSecond },
      ),
      ...spread(
        'driver',
        'cores',
        of(({ driverCores }) => driverCores),
        { atMost: 1 },
      ),
      ...spread(
        'driver for 50,000 writes a second',
        'cores',
        of(({ driverCores, acknowledgedPerSecond }) => (driverCores * 50_000) / acknowledgedPerSecond),
      ),
      ...spread(
        'the sink itself',
        'cores',
        of(({ sinkCores }) => sinkCores),
      ),
      {
        name: 'writes lost or twice in the journal',
        value: Math.max(...of(({ wrong }) => wrong)),
        unit: '',
        atMost: 0,
      },
    ];
  },
};

async function inNetworks(use: (id: string, folder: string) => Promise<Round>): Promise<Round> {
  const id = randomBytes(3).toString('hex');
  const folder = await mkdtemp(join(tmpdir(), 'pgdrill-sink-'));
  try {
    await makeNetwork(id, hosts, new AbortController().signal);
    return await use(id, folder);
  } finally {
    await removeNetwork(id);
    await rm(folder, { recursive: true, force: true });
  }
}

async function oneRound(id: string, folder: string): Promise<Round> {
  const [program, ...argv] = inNetwork(id, 'sink', [process.execPath, child]);
  const server = spawn(program!, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(server.stdout, 'data');
    const journal = await openJournal(join(folder, 'run.ndjson'));
    const endpoint = { name: 'direct', host: '198.18.0.1', port: 5432, database: 'app', user: 'app', password: 'app' };
    const load = { ...loadSchema.parse({ writers: clients, giveUpMs: 60_000 }), ratePerSecond };
    await using fleet = new LoadFleet({
      plan: { originNs: String(startClock().originNs), seed: 1, load, writerEndpoints: [endpoint], streams: [] },
      argv: (same) => inNetwork(id, 'clients', same),
      generators: hosts.slice(2).map(({ name }) => {
        return { name, argv: (same: readonly string[]) => inNetwork(id, name, same), aheadNs: 0n };
      }),
      folder,
      onMessage: (message) => void journal.append(message),
      signal: new AbortController().signal,
    });
    await fleet.ready;
    const before = process.cpuUsage();
    const startedMs = performance.now();
    fleet.start();
    await Promise.race([sleep(seconds * 1_000), fleet.died]);
    await fleet.stop();
    await journal.close();
    const { user, system } = process.cpuUsage(before);
    const tookSeconds = (performance.now() - startedMs) / 1_000;
    const { inserts, cpuSeconds } = await endOf(server);
    return {
      acknowledgedPerSecond: inserts / tookSeconds,
      driverCores: (user + system) / 1e6 / tookSeconds,
      sinkCores: cpuSeconds / tookSeconds,
      wrong: await wrongIn(journal.path, inserts),
    };
  } finally {
    server.kill('SIGKILL');
  }
}

async function endOf(server: ChildProcess): Promise<{ readonly inserts: number; readonly cpuSeconds: number }> {
  const said = once(server.stdout!, 'data');
  server.kill('SIGTERM');
  return JSON.parse(String((await said)[0]));
}

/**
 * Every write is in the journal once, and the sink acknowledged those that the journal has as acknowledged, beside at most
 * those that were under way when the load was stopped.
 */
async function wrongIn(path: string, inserts: number): Promise<number> {
  const found = new Set<number>();
  let [rows, acknowledged, underWay] = [0, 0, 0];
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const event = JSON.parse(line) as JournalEvent;
    if (event.kind !== 'op') continue;
    rows += event.n;
    for (let row = 0; row < event.n; row++) {
      found.add(event.worker[row]! * 2 ** 32 + event.op[row]!);
      if (event.outcome[row] === 0) acknowledged++;
      else if (event.sent[row]! >= 0) underWay++;
    }
  }
  const twice = rows - found.size;
  return twice + Math.max(0, acknowledged - inserts) + Math.max(0, inserts - acknowledged - underWay);
}
