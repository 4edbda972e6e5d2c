import { expect } from 'chai';
import { startClock } from '../../journal/clock.ts';
import { type Problem, type Reply, TestServer } from '../test-server.ts';
import { until } from '../test-writer.ts';
import type { TransactionRow } from './batch.ts';
import { TransactionClient } from './client.ts';

const clock = startClock();
const error = (code: string): Problem => ({ severity: 'ERROR', code, message: 'no' });
const fatal: Problem = { severity: 'FATAL', code: '57P01', message: 'terminating connection' };
const planned = [{ key: 1 }, { key: 1, append: 3 }];

describe('a client of list-append transactions', () => {
  let server: TestServer;
  let client: TransactionClient;
  let rows: TransactionRow[];
  let tending: NodeJS.Timeout;
  beforeEach(async () => {
    server = await TestServer.listen();
    server.row = ['1,2'];
    rows = [];
    client = new TransactionClient({
      ...{ client: 4, endpoint: server.endpoint('pooler-1'), level: 'serializable', giveUpMs: 300, reconnectMs: 20 },
      ...{ clock, onDone: (row: TransactionRow) => rows.push(row) },
    });
    tending = setInterval(() => client.tend(clock.nowUs()), 5);
    await until(() => client.free);
  });
  afterEach(async () => {
    clearInterval(tending);
    client.close();
    await server[Symbol.asyncDispose]();
  });
  /** Runs one transaction; statements that begin so are answered so. */
  const ran = async (statement: string, reply: Reply): Promise<TransactionRow> => {
    server.onStatement = (sql) => (sql.startsWith(statement) ? reply : 'ok');
    client.run(planned);
    await until(() => rows.length === 1);
    return rows[0]!;
  };

  it('reads and appends within one transaction at its level, and notes what it read', async () => {
    const row = await ran('nothing', 'ok');
    expect(server.statements.map((sql) => sql.split(/ from | as /)[0])).to.deep.equal([
      'begin isolation level serializable',
      'select value',
      'insert into pgdrill.list',
      'commit',
    ]);
    expect(row).to.deep.include({ client: 4, path: 'pooler-1', outcome: 'ok', error: undefined });
    expect(row.operations).to.deep.equal([{ key: 1, read: [1, 2] }, planned[1]]);
    expect(row.doneUs).to.be.greaterThan(row.startUs);
  });

  for (const [statement, reply, outcome, text] of [
    ['begin', 'reset', 'failed', 'ECONNRESET'],
    ['insert', error('40001'), 'failed', '40001 serialization failure'],
    ['insert', error('40P01'), 'failed', '40P01 deadlock'],
    ['insert', error('XX000'), 'failed', 'XX000 no'],
    ['insert', 'reset', 'failed', 'ECONNRESET'],
    ['insert', 'silence', 'failed', 'timeout'],
    ['insert', fatal, 'failed', '57P01 terminated'],
    ['commit', error('40001'), 'failed', '40001 serialization failure'],
    ['commit', error('XX000'), 'unknown', 'XX000 no'],
    ['commit', 'reset', 'unknown', 'ECONNRESET'],
    ['commit', 'close', 'unknown', 'closed'],
    ['commit', 'silence', 'unknown', 'timeout'],
    ['commit', fatal, 'unknown', '57P01 terminated'],
  ] as const)
    it(`calls a transaction ${outcome} whose ${statement} met ${text}, and goes on`, async () => {
      const row = await ran(statement, reply);
      expect(row).to.include({ outcome, error: text });
      expect(row.operations.map(({ key }) => key)).to.deep.equal([1, 1]);
      const isRefused = typeof reply === 'object' && reply.severity === 'ERROR';
      expect(server.statements.filter((sql) => sql === 'rollback')).to.have.length(isRefused ? 1 : 0);
      server.onStatement = () => 'ok';
      await until(() => client.free);
      client.run(planned);
      await until(() => rows.length === 2);
      expect(rows[1]!.outcome).to.equal('ok');
    });

  it('keeps what it read before it failed, and does not claim what it did not', async () => {
    const { operations } = await ran('insert', 'reset');
    expect(operations).to.deep.equal([{ key: 1, read: [1, 2] }, planned[1]]);
    server.onStatement = (sql) => (sql.startsWith('select') ? 'reset' : 'ok');
    await until(() => client.free);
    client.run(planned);
    await until(() => rows.length === 2);
    expect(rows[1]!.operations).to.deep.equal([{ key: 1, read: undefined }, planned[1]]);
  });
});
