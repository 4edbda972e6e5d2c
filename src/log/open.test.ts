import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { type Level, log, type Sink, setSinkOutsideRuns, withSink } from './log.ts';
import { openLog } from './open.ts';
import { terminalLine } from './terminal.ts';

describe('the log of a run', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-log-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const linesOf = async (name: string) =>
    (await readFile(join(folder, name), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('is JSON, a line an action, with level, time and fields, without secrets, for its owner only', async () => {
    const file = join(folder, 'harness.log');
    {
      await using opened = await openLog(file);
      withSink(opened.sink, () => {
        log.info('fault is injected', { fault: 'crash', target: 'postgres-1' });
        log.debug('command', { argv: ['psql', 'postgresql://a:hunter2@b/c'] });
      });
    }
    const [first, second, ...more] = await linesOf('harness.log');
    expect(first).to.include({ level: 'info', msg: 'fault is injected', fault: 'crash', target: 'postgres-1' });
    expect(Date.parse(first.time)).to.be.closeTo(Date.now(), 60_000);
    expect(second).to.deep.include({ level: 'debug', argv: ['psql', 'postgresql://a:[redacted]@b/c'] });
    expect(more).to.deep.equal([]);
    expect((await stat(file)).mode & 0o077).to.equal(0);
  });

  it('keeps two runs apart that are under way at once, also in what they do later', async () => {
    const work = async (name: string) => {
      await using opened = await openLog(join(folder, name));
      await withSink(opened.sink, async () => {
        for (const n of [1, 2, 3]) {
          await sleep(2);
          log.info(name, { n });
        }
      });
    };
    await Promise.all([work('a'), work('b')]);
    for (const name of ['a', 'b'])
      expect((await linesOf(name)).map(({ msg, n }) => [msg, n])).to.deep.equal([1, 2, 3].map((n) => [name, n]));
  });

  it('is on disk while the run goes on, so that a harness that is killed leaves it', async () => {
    await using opened = await openLog(join(folder, 'harness.log'));
    opened.sink('info', {}, 'signal');
    for (let i = 0; i < 100 && (await readFile(join(folder, 'harness.log'), 'utf8').catch(() => '')) === ''; i++)
      await sleep(10);
    expect((await linesOf('harness.log'))[0].msg).to.equal('signal');
  });

  for (const [what, file] of [
    ['on a full disk', '/dev/full'],
    ['in a folder that is missing', '/proc/none/harness.log'],
  ] as const)
    it(`ends nothing where it cannot be written: ${what}`, async function test() {
      if (process.platform !== 'linux') this.skip();
      await using opened = await openLog(file);
      for (let n = 0; n < 50; n++) opened.sink('info', { n }, 'x'.repeat(1_000));
      await sleep(20);
      opened.sink('info', {}, 'after the failure');
    });
});

describe('lines that belong to no run', () => {
  afterEach(() => setSinkOutsideRuns(undefined));

  it('go where the command line sends them, and nowhere otherwise', () => {
    const heard: [Level, string][] = [];
    const sink: Sink = (level, _, text) => heard.push([level, text]);
    log.info('before');
    setSinkOutsideRuns(sink);
    log.warn('after');
    expect(heard).to.deep.equal([['warn', 'after']]);
  });

  it('are readable on a terminal, and cannot command it', () => {
    const at = new Date('2026-11-30T12:30:59.123Z');
    expect(terminalLine(at, 'debug', { argv: ['ip', 'link'], pid: 7, gone: undefined }, 'command')).to.equal(
      '12:30:59.123 debug command argv="ip link" pid=7',
    );
    expect(terminalLine(at, 'info', {}, 'a\u001b[2J\nb')).to.equal('12:30:59.123 info  a\\x1b[2J b');
  });
});
