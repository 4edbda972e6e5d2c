import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { startClock } from '../../journal/clock.ts';
import type { SlotRow } from '../writers/batch.ts';
import { HttpProbe } from './http-probe.ts';

describe('a stream of HTTP requests', () => {
  const clock = startClock();
  let answer: (response: ServerResponse) => void;
  const asked: string[] = [];
  const server = createServer(({ method, url }, response) => {
    asked.push(`${method} ${url}`);
    answer(response);
  });
  let probe: HttpProbe;
  let rows: SlotRow[];
  before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    rows = [];
    asked.length = 0;
    answer = (response) => response.end('{}');
    const { port } = server.address() as AddressInfo;
    const endpoint = { name: 'api', host: '127.0.0.1', port, database: '', user: '', password: '' };
    const plan = { name: 'api', path: 'api', fresh: false, stepUs: 10_000, limitUs: 100_000, endpoint } as const;
    probe = new HttpProbe({
      ...{ plan: { ...plan, post: '/work' }, clock, question: { sql: () => '', read: () => ({ server: '', saw: 0 }) } },
      ...{ onRow: (row: SlotRow) => rows.push(row), onLate: () => {} },
    });
  });
  afterEach(() => probe.close());
  const tick = (): void => probe.tick(clock.nowUs(), clock.nowUs());

  it('checks that the service runs, then posts each request when it is due, independent of the others', async () => {
    expect(await probe.connect()).to.equal(undefined);
    const held: ServerResponse[] = [];
    answer = (response) => held.push(response);
    tick();
    tick();
    await sleep(30);
    expect(asked).to.deep.equal(['GET /ready', 'POST /work', 'POST /work']);
    held[1]!.end('{}');
    await sleep(20);
    expect(rows, 'the journal has slots in the order they were due').to.deep.equal([]);
    held[0]!.end('{}');
    await sleep(20);
    expect(rows.map(({ slot, outcome }) => [slot, outcome])).to.deep.equal([
      [0, 'ok'],
      [1, 'ok'],
    ]);
    expect(probe.settled).to.equal(true);
  });

  it('calls a request failed with what the service says of the cause', async () => {
    answer = (response) => response.writeHead(503).end('{"error":"08P01 server_login_retry"}');
    tick();
    await sleep(30);
    expect(rows[0]).to.include({ outcome: 'failed', error: '503 08P01 server_login_retry' });
  });

  it('calls a request failed whose connection broke, and one that nobody answers timed out, and lets go of it', async () => {
    answer = (response) => response.destroy();
    tick();
    await sleep(30);
    expect(rows[0]).to.include({ outcome: 'failed', error: 'ECONNRESET' });
    let closed = false;
    answer = (response) => response.on('close', () => (closed = true));
    tick();
    await sleep(120);
    probe.expire(clock.nowUs());
    expect(rows[1]).to.include({ outcome: 'timeout' });
    await sleep(20);
    expect(closed).to.equal(true);
  });

  it('reports why the service is not there', async () => {
    answer = (response) => response.writeHead(503).end('{"error":"57P03 starting up"}');
    expect(await probe.connect()).to.equal('503 57P03 starting up');
  });
});
