import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { SetupError } from '../../errors.ts';
import { startClock } from '../../journal/clock.ts';
import { type Draft, type EventKind, type EventOf, eventSchema } from '../../journal/event.ts';
import { checkedTransactions } from '../../journal/transactions/history.ts';
import { loadSchema } from '../../scenario/load.ts';
import { TestServer } from '../test-server.ts';
import { arrivals } from '../writers/schedule.ts';
import { type LoadOptions, type LoadProcess, startLoad } from './driver.ts';
import { loadInImage } from './place.ts';
import type { LoadMessage, LoadPlan } from './protocol.ts';

const load = loadSchema.parse({
  writers: 4,
  ratePerSecond: 100,
  giveUpMs: 2_000,
  reconnectMs: 20,
});

/** A dead process whose parent has not asked about it yet is a zombie, and runs no more. */
const isRunning = (pid: number): boolean => {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

describe('the load process', () => {
  let server: TestServer;
  let folder: string;
  let messages: Exclude<LoadMessage, { kind: 'ready' }>[];
  let started: LoadProcess[];
  beforeEach(async () => {
    server = await TestServer.listen();
    server.row = ['1', '0/10', '00000001'];
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-load-'));
    messages = [];
    started = [];
  });
  afterEach(async () => {
    for (const process of started) await process[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  const plan = (): LoadPlan => {
    const endpoint = server.endpoint('direct');
    const stream = {
      name: 'direct',
      path: 'direct',
      fresh: false,
      stepUs: 10_000,
      limitUs: 200_000,
      endpoint,
    } as const;
    const { originNs } = startClock();
    return { originNs: String(originNs), seed: 42, load, writerEndpoints: [endpoint], streams: [stream] };
  };
  const start = (more: Partial<LoadOptions> = {}): LoadProcess => {
    const { signal } = new AbortController();
    const onMessage: LoadOptions['onMessage'] = (message) => messages.push(message);
    const process = startLoad({ plan: plan(), argv: (argv) => argv, folder, onMessage, signal, ...more });
    started.push(process);
    return process;
  };
  const reported = <K extends EventKind>(kind: K): Draft<K>[] =>
    messages.filter((message) => message.kind === kind) as unknown as Draft<K>[];
  const failure = (promise: Promise<unknown>): Promise<Error | undefined> =>
    promise.then(
      () => undefined,
      (error: Error) => error,
    );
  /** The process that runs the load, as the command line shows it. */
  const pidOf = (process: LoadProcess): number => {
    expect(process.pid).to.be.a('number');
    return process.pid!;
  };

  it('reports all that it saw in lines of the journal, and ends when asked to', async () => {
    const process = start();
    await process.ready;
    process.start();
    await sleep(600);
    await process.stop();
    for (const [seq, message] of messages.entries()) eventSchema.parse({ seq, ...message });
    expect(reported('connect').reduce((sum, { n }) => sum + n, 0)).to.equal(4);
    expect(reported('op').reduce((sum, { n }) => sum + n, 0)).to.equal(
      server.statements.filter((sql) => sql.startsWith('insert')).length,
    );
    expect(reported('generator').map(({ source }) => source)).to.have.members(['writers', 'probes', 'load']);
  });

  it('runs from the file that an image of pgdrill has, where the Dockerfile copies it to', async () => {
    const [, file = ''] = loadInImage;
    const here = fileURLToPath(new URL(`../../../${file.replace('/app/', '')}`, import.meta.url));
    expect(await readFile(new URL('../../../Dockerfile', import.meta.url), 'utf8')).to.match(/^WORKDIR \/app$/m);
    const loading = start({ argv: () => [process.execPath, here] });
    await loading.ready;
    loading.start();
    await sleep(300);
    await loading.stop();
    expect(reported('op').reduce((sum, { n }) => sum + n, 0)).to.be.greaterThan(0);
  });

  it('runs list-append transactions in a thread of their own, and reads every list in the end', async () => {
    // An empty list, whichever statement asks.
    server.row = [''];
    const withWorkload = loadSchema.parse({ ...load, workload: 'list-append', transactionsPerSecond: 200 });
    const { streams, ...rest } = plan();
    const process = start({
      plan: { ...rest, load: withWorkload, streams: [], transactionEndpoints: [streams[0]!.endpoint] },
    });
    await process.ready;
    process.start();
    await sleep(600);
    await process.stop();
    const batches = reported('txn').map((draft) => eventSchema.parse({ ...draft, seq: 0 }) as EventOf<'txn'>);
    batches.forEach(checkedTransactions);
    const begun = server.statements.filter((sql) => sql === 'begin isolation level serializable').length;
    expect(batches.reduce((sum, { n }) => sum + n, 0)).to.equal(begun);
    expect(begun).to.be.greaterThan(20);
    const last = batches.at(-1)!;
    expect([last.outcome.at(-1), last.operations.at(-1)! >= 10]).to.deep.equal([0, true]);
    expect(reported('generator').map(({ source }) => source)).to.have.members(['writers', 'probes', 'load']);
  });

  it('keeps its schedule while the server is silent: no due time depends on an answer', async () => {
    server.onStatement = () => 'silence';
    const process = start({ plan: { ...plan(), load: { ...load, giveUpMs: 200 } } });
    await process.ready;
    process.start();
    await sleep(800);
    await process.stop();
    const due = reported('op')
      .flatMap(({ due, baseUs }) => due.map((dueUs) => baseUs + dueUs))
      .sort((a, b) => a - b);
    const schedule = arrivals({ ...load, workers: load.writers, seed: 42 });
    const expected = due.map(() => schedule.next().value.dueUs);
    expect(due.length).to.be.at.least(40);
    expect(due.map((dueUs) => dueUs - due[0]!)).to.deep.equal(expected.map((dueUs) => dueUs - expected[0]!));
    const slots = reported('probe').flatMap(({ n, fromUs }) =>
      Array.from({ length: n }, (_, i) => fromUs + i * 10_000),
    );
    expect(slots.length).to.be.at.least(60);
    expect(slots).to.deep.equal(slots.map((_, i) => slots[0]! + i * 10_000));
  });

  it('sees that it was stopped for a while, in both threads', async () => {
    const load = start();
    await load.ready;
    load.start();
    await sleep(300);
    process.kill(pidOf(load), 'SIGSTOP');
    await sleep(300);
    process.kill(pidOf(load), 'SIGCONT');
    await sleep(300);
    await load.stop();
    for (const thread of ['writers', 'probes']) {
      const longest = Math.max(
        ...reported('stall')
          .filter(({ source }) => source === thread)
          .map(({ fromUs, untilUs }) => untilUs - fromUs),
      );
      expect(longest, thread).to.be.within(250_000, 600_000);
    }
  });

  it('says in one sentence that it died', async () => {
    const load = start();
    await load.ready;
    process.kill(pidOf(load), 'SIGKILL');
    const error = await failure(load.died);
    expect(error).to.be.instanceOf(SetupError);
    expect(error!.message).to.match(/^the load process was ended by SIGKILL before it was done \(see .*load\.log\)$/);
    expect(await failure(load.stop())).to.equal(error);
  });

  it('keeps the words it died with in the log', async () => {
    const load = start({ plan: { ...plan(), originNs: 'soon' } });
    const error = await failure(load.ready);
    expect(error!.message).to.match(/ended with code 1 before it was done: .*soon/);
    expect(await readFile(join(folder, 'load.log'), 'utf8')).to.match(/soon/);
  });

  it('says what keeps it from being ready', async () => {
    server.onLogin = () => ({ severity: 'FATAL', code: '28P01', message: 'password authentication failed for "app"' });
    const error = await failure(start({ readyWithinMs: 2500 }).ready);
    expect(error).to.be.instanceOf(SetupError);
    expect(error!.message).to.match(/connect within 2.5 s, but .*28P01 password authentication failed/);
  });

  it('says that it cannot be started', async () => {
    const error = await failure(start({ argv: () => ['/nowhere/node'] }).ready);
    expect(error!.message).to.equal('the load process cannot be started: spawn /nowhere/node ENOENT');
  });

  it('ends, and reports so, when what it saw cannot be kept', async () => {
    const full = new SetupError('the disk is full');
    const load = start({
      onMessage: () => {
        throw full;
      },
    });
    expect(await failure(load.died)).to.equal(full);
  });

  it('ends with its driver', async function () {
    if (process.platform !== 'linux') this.skip();
    const script = `
      import { startLoad } from ${JSON.stringify(new URL('./driver.ts', import.meta.url).href)};
      const load = startLoad({ plan: ${JSON.stringify(plan())}, argv: (argv) => argv, folder: ${JSON.stringify(folder)},
        onMessage() {}, signal: new AbortController().signal });
      await load.ready;
      load.start();
      console.log(load.pid);`;
    const driver = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = Number(await new Promise<Buffer>((resolve) => driver.stdout.once('data', resolve)));
    expect(isRunning(pid)).to.equal(true);
    driver.kill('SIGKILL');
    await sleep(1000);
    expect(isRunning(pid)).to.equal(false);
  });
});
