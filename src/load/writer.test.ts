import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { startClock } from '../journal/clock.ts';
import { loadSchema } from '../scenario.ts';
import type { ConnectRow, OpRow } from './batch.ts';
import { type Problem, TestServer } from './test-server.ts';
import { Writer } from './writer.ts';

const load = loadSchema.parse({
  writers: 1,
  ratePerSecond: 1,
  giveUpMs: 300,
  reconnectMs: 20,
});
const readOnly: Problem = { severity: 'ERROR', code: '25006', message: 'cannot execute INSERT in a read-only…' };
const terminated: Problem = { severity: 'FATAL', code: '57P01', message: 'terminating connection' };
const holdsBack: Problem = { severity: 'FATAL', code: '08P01', message: 'cached error: … (server_login_retry)' };
const localOnly: Problem = {
  severity: 'WARNING',
  code: '01000',
  message: 'canceling wait for synchronous replication',
};

describe('a writer', () => {
  const clock = startClock();
  let server: TestServer;
  let ops: OpRow[];
  let connects: ConnectRow[];
  let writer: Writer;
  let tending: NodeJS.Timeout;

  beforeEach(async () => {
    server = await TestServer.listen();
    ops = [];
    connects = [];
    writer = new Writer({
      ...{
        worker: 7,
        endpoints: [server.endpoint('pooler-1')] as const,
        load,
        clock,
        connectAtUs: 0,
        random: () => 0.5,
      },
      ...{ onOp: (row: OpRow) => ops.push(row), onConnect: (row: ConnectRow) => connects.push(row) },
    });
    tending = setInterval(() => writer.tend(clock.nowUs()), 5);
  });
  afterEach(async () => {
    clearInterval(tending);
    writer.close();
    await server[Symbol.asyncDispose]();
  });
  const until = async (isTrue: () => boolean): Promise<void> => {
    while (!isTrue()) await sleep(5);
  };
  const write = (): boolean => writer.due(clock.nowUs(), clock.nowUs());
  /** Connects, then answers one write so. */
  const writeAnswered = async (reply: TestServer['onStatement']): Promise<OpRow> => {
    await until(() => writer.connected);
    server.onStatement = reply;
    write();
    await until(() => ops.length === 1);
    return ops[0]!;
  };

  it('notes who took a write, on which timeline, and how far the WAL was', async () => {
    server.row = ['198.18.0.22', '16/B374D848', '0000000A'];
    expect(await writeAnswered(() => 'ok')).to.include({
      ...{ worker: 7, op: 0, outcome: 'ok', error: undefined },
      ...{ server: '198.18.0.22', timeline: 10, lsn: 0x16b374d848 },
    });
  });

  it('calls an acknowledgement without the standbys local', async () => {
    expect((await writeAnswered(() => localOnly)).outcome).to.equal('okLocal');
  });

  for (const [reply, outcome, error] of [
    [readOnly, 'failed', '25006 read-only transaction'],
    [holdsBack, 'failed', '08P01 server_login_retry'],
    [terminated, 'unknown', '57P01 terminated'],
    ['reset', 'unknown', 'ECONNRESET'],
    ['close', 'unknown', 'closed'],
    ['silence', 'unknown', 'timeout'],
  ] as const) {
    it(`calls a write ${outcome} after ${error}, and never sends it again`, async () => {
      expect(await writeAnswered(() => reply)).to.include({ outcome, error, server: undefined, lsn: 0 });
      server.onStatement = () => 'ok';
      await until(() => writer.connected);
      write();
      await until(() => ops.length === 2);
      expect(server.statements.map((sql) => sql.match(/values \((.*?)\)/)![1])).to.deep.equal(['7, 0', '7, 1']);
    });
  }

  it('does not come back where it is told to keep one session only', async () => {
    writer.close();
    writer = new Writer({
      ...{ worker: 7, endpoints: [server.endpoint('pg1')], staysAway: true, load, clock, connectAtUs: 0 },
      ...{ random: () => 0.5, onOp: (row: OpRow) => ops.push(row), onConnect: (row: ConnectRow) => connects.push(row) },
    });
    await until(() => writer.connected);
    const before = connects.length;
    server.resetAll();
    write();
    await until(() => ops.length === 1);
    expect(ops[0]!.outcome).not.to.equal('ok');
    expect(connects.length).to.equal(before);
  });

  it('gives up what waited for a connection too long, as certainly not sent', async () => {
    server.onLogin = () => 'reset';
    expect(write()).to.equal(false);
    await until(() => ops.length === 1);
    expect(ops[0]).to.include({ outcome: 'failed', error: 'not sent: no connection', sentUs: undefined });
    expect(ops[0]!.doneUs - ops[0]!.dueUs).to.be.at.least(300_000);
    expect(server.statements).to.deep.equal([]);
  });

  it('keeps writes in a queue while one is in flight, and sends them in order', async () => {
    await until(() => writer.connected);
    expect([write(), write(), write()]).to.deep.equal([true, false, false]);
    expect(writer.settled).to.equal(false);
    await until(() => writer.settled);
    expect(ops.map(({ op }) => op)).to.deep.equal([0, 1, 2]);
  });

  it('reconnects one attempt at a time, and notes each', async () => {
    server.onLogin = () => 'silence';
    await sleep(100);
    expect(server.logins).to.equal(1);
    server.onLogin = () => 'reset';
    server.resetAll();
    await until(() => connects.length === 4);
    server.onLogin = () => 'ok';
    await until(() => writer.connected);
    expect(connects.at(-1)).to.include({ client: 7, path: 'pooler-1', outcome: 'ok', error: undefined });
    for (const [i, attempt] of connects.entries()) {
      if (i === 0) continue;
      expect(connects[i - 1]).to.include({ outcome: 'failed', error: 'ECONNRESET' });
      expect(attempt.startUs - connects[i - 1]!.doneUs).to.be.at.least(20_000);
    }
  });
});
