import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { SetupError } from '../../errors.ts';
import { startClock } from '../../journal/clock.ts';
import { loadSchema } from '../../scenario/load.ts';
import { TestServer } from '../test-server.ts';
import type { LoadOptions } from './driver.ts';
import { LoadFleet } from './fleet.ts';
import type { ClientArgv } from './place.ts';
import type { LoadMessage } from './protocol.ts';

describe('several load processes', () => {
  let server: TestServer;
  let folder: string;
  let messages: Exclude<LoadMessage, { kind: 'ready' }>[];
  beforeEach(async () => {
    server = await TestServer.listen();
    server.row = ['1', '0/10', '00000001'];
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-fleet-'));
    messages = [];
  });
  afterEach(async () => {
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  /** Two generators on this machine, the second of which is started by `argv`. */
  const start = (argv: ClientArgv = (same) => same): LoadFleet => {
    const endpoint = server.endpoint('direct');
    const stream = {
      name: 'direct',
      path: 'direct',
      fresh: false,
      stepUs: 10_000,
      limitUs: 200_000,
      endpoint,
    } as const;
    const load = loadSchema.parse({ writers: 4, ratePerSecond: 100, giveUpMs: 2_000, reconnectMs: 20 });
    const originNs = String(startClock().originNs);
    const plan = { originNs, seed: 42, load, writerEndpoints: [endpoint], streams: [stream] };
    const onMessage: LoadOptions['onMessage'] = (message) => void messages.push(message);
    const generators = [
      { name: 'load-1', argv: (same: readonly string[]) => same, aheadNs: 0n },
      { name: 'load-2', argv, aheadNs: 0n },
    ];
    return new LoadFleet({ ...{ generators, plan, folder, onMessage }, argv: (same) => same, signal: never });
  };
  const never = new AbortController().signal;

  it('are one load: each worker writes from one of them, every write is reported once, and all end', async () => {
    await using fleet = start();
    await fleet.ready;
    fleet.start();
    await sleep(800);
    await fleet.stop();
    const ops = messages.filter((message) => message.kind === 'op');
    expect([...new Set(ops.flatMap(({ worker }) => worker))].sort()).to.deep.equal([0, 1, 2, 3]);
    expect(ops.reduce((sum, { n }) => sum + n, 0)).to.equal(
      server.statements.filter((sql) => sql.startsWith('insert')).length,
    );
    const sources = messages.flatMap((message) => (message.kind === 'generator' ? [message.source] : []));
    expect(sources).to.include.members(['load', 'load-1', 'load-2', 'writers of load-2', 'probes']);
    expect((await readdir(folder)).sort()).to.deep.equal(['load-1.log', 'load-2.log', 'load.log']);
  });

  it('end together: what one of them cannot do, all of them cannot', async () => {
    await using fleet = start(() => [process.execPath, '-e', 'console.error("evicted"); process.exit(3)']);
    const error = await fleet.died.catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(SetupError);
    expect((error as Error).message)
      .to.include('evicted')
      .and.include('load-2.log');
  });
});
