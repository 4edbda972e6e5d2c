import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { type Problem, TestServer } from '../test-server.ts';
import { TestWriter, until } from '../test-writer.ts';
import type { OpRow } from './batch.ts';

const readOnly: Problem = { severity: 'ERROR', code: '25006', message: 'cannot execute INSERT in a read-only…' };
const terminated: Problem = { severity: 'FATAL', code: '57P01', message: 'terminating connection' };
const holdsBack: Problem = { severity: 'FATAL', code: '08P01', message: 'cached error: … (server_login_retry)' };
const localOnly: Problem = {
  severity: 'WARNING',
  code: '01000',
  message: 'canceling wait for synchronous replication',
};

describe('a writer', () => {
  let server: TestServer;
  let client: TestWriter;

  beforeEach(async () => {
    server = await TestServer.listen();
    client = new TestWriter(server);
  });
  afterEach(async () => {
    client.close();
    await server[Symbol.asyncDispose]();
  });
  /** Connects, then answers one write so. */
  const writeAnswered = async (reply: TestServer['onStatement']): Promise<OpRow> => {
    await client.connected();
    server.onStatement = reply;
    client.write();
    await client.ended(1);
    return client.ops[0]!;
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
      await client.connected();
      client.write();
      await client.ended(2);
      expect(server.statements.map((sql) => sql.match(/values \((.*?)\)/)![1])).to.deep.equal(['7, 0', '7, 1']);
    });
  }

  it('does not come back where it may keep one session only', async () => {
    client.close();
    client = new TestWriter(server, { staysAway: true });
    await client.connected();
    const before = client.connects.length;
    server.resetAll();
    client.write();
    await client.ended(1);
    expect(client.ops[0]!.outcome).not.to.equal('ok');
    expect(client.connects.length).to.equal(before);
  });

  it('gives up what waited for a connection too long, as certainly not sent', async () => {
    server.onLogin = () => 'reset';
    expect(client.write()).to.equal(false);
    await client.ended(1);
    expect(client.ops[0]).to.include({ outcome: 'failed', error: 'not sent: no connection', sentUs: undefined });
    expect(client.ops[0]!.doneUs - client.ops[0]!.dueUs).to.be.at.least(300_000);
    expect(server.statements).to.deep.equal([]);
  });

  it('keeps writes in a queue while one is in flight, and sends them in order', async () => {
    await client.connected();
    expect([client.write(), client.write(), client.write()]).to.deep.equal([true, false, false]);
    expect(client.writer.settled).to.equal(false);
    await client.settled();
    expect(client.ops.map(({ op }) => op)).to.deep.equal([0, 1, 2]);
  });

  it('reconnects one attempt at a time, and notes each', async () => {
    server.onLogin = () => 'silence';
    await sleep(100);
    expect(server.logins).to.equal(1);
    server.onLogin = () => 'reset';
    server.resetAll();
    await until(() => client.connects.length === 4);
    server.onLogin = () => 'ok';
    await client.connected();
    expect(client.connects.at(-1)).to.include({ client: 7, path: 'pooler-1', outcome: 'ok', error: undefined });
    for (const [i, attempt] of client.connects.entries()) {
      if (i === 0) continue;
      expect(client.connects[i - 1]).to.include({ outcome: 'failed', error: 'ECONNRESET' });
      expect(attempt.startUs - client.connects[i - 1]!.doneUs).to.be.at.least(20_000);
    }
  });
});
