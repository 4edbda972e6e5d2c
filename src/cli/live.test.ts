/** Whatever follows a run, its journal and its verdict are the same. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import { startClock } from '../journal/clock.ts';
import { readRunFile } from '../journal/read.ts';
import { openJournal } from '../journal/write.ts';
import { judge } from '../measure/judge.ts';
import { sampleJournal } from '../report/sample-run.ts';
import { Recorder } from '../run/recorder.ts';
import { inProcess } from './in-process.ts';
import { openLive, withChat } from './live.ts';

const events = sampleJournal().end().events();

describe('who follows a run', () => {
  let folder: string;
  let hanging: Server;
  let asked: number;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-live-'));
    // It takes what is sent, and never answers.
    hanging = createServer((request) => void request.on('data', () => asked++));
    await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    hanging.closeAllConnections();
    hanging.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    asked = 0;
  });

  /** Writes the run as a drill does, followed or not. */
  async function written(name: string, listen?: (event: (typeof events)[number]) => void) {
    const file = join(folder, name);
    const journal = await openJournal(file);
    const recorder = new Recorder(journal, startClock());
    if (listen) recorder.listen(listen);
    for (const { seq: _, ...draft } of events) recorder.write(draft as never);
    await journal.close();
    return { text: await readFile(file, 'utf8'), verdict: judge(await readRunFile(file)) };
  }

  it('changes neither its journal nor its verdict, also where a receiver never answers', async function slow() {
    this.timeout(30_000);
    const alone = await written('alone');
    const address = `http://127.0.0.1:${(hanging.address() as AddressInfo).port}`;
    const shown: string[] = [];
    const live = await openLive({ metricsPort: '0', otlp: address });
    const followed = await written(
      'followed',
      live.beside(({ kind }) => void shown.push(kind)),
    );
    live.judged('fail');
    const before = performance.now();
    await live[Symbol.asyncDispose]();
    expect(performance.now() - before).to.be.lessThan(10_000);
    expect(asked).to.be.greaterThan(0);
    expect(followed.text).to.equal(alone.text);
    expect(followed.verdict).to.deep.equal(alone.verdict);
    expect(shown).to.have.lengthOf(events.length);
  });

  it('that fails on a line lets the run go on', async () => {
    await using live = await openLive({ metricsPort: '0' });
    const shown: string[] = [];
    const hear = live.beside(({ kind }) => void shown.push(kind));
    hear({ kind: 'stack' } as never);
    hear(events[0]!);
    expect(shown).to.deep.equal(['stack', 'run']);
  });

  it('is nobody unless asked for', async () => {
    const live = await openLive({});
    const first = () => {};
    expect(live.beside(first)).to.equal(first);
  });

  it('is a chat by the environment, beside other hooks, and not in a dry run', () => {
    const env = { PGDRILL_NOTIFY: 'https://chat.example.org/geheimnis' };
    const other = { hooks: [{ name: 'webhook' } as never], reason: 'monthly' };
    expect(withChat(other, {}, env)?.hooks.map(({ name }) => name)).to.deep.equal(['webhook', 'chat']);
    expect(withChat(undefined, { notifyTemplate: 'teams' }, env)).to.include({ reason: '' });
    expect(withChat(other, { dryRun: true }, env)).to.equal(other);
    expect(withChat(undefined, {}, {})).to.equal(undefined);
    expect(() => withChat(undefined, { notifyTemplate: 'slack' }, {})).to.throw(UsageError, /needs the address/);
  });

  for (const [words, says] of [
    ['--metrics-port x', '--metrics-port expects a port'],
    ['--otlp x', '--otlp expects the address of a collector'],
    ['--notify x', 'expect the address of a webhook'],
    ['--notify-template slack', '--notify-template needs the address of the chat'],
    ['--notify-template irc', "argument 'irc' is invalid"],
  ] as const)
    it(`is refused with one sentence: run ${words}`, async () => {
      const { exitCode, err } = await inProcess(['run', 'primary-crash', ...words.split(' ')]);
      expect(exitCode).to.equal(3);
      expect(err).to.include(says);
    });
});
