import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { startClock } from '../../journal/clock.ts';
import { TestServer } from '../test-server.ts';
import { CuttingProxy } from './proxy.ts';

/** A login as the test server takes it: its length, and a text that ends in 0. */
const login = Buffer.from([0, 0, 0, 5, 0]);

describe('the cutting proxy', () => {
  const clock = startClock();
  let server: TestServer;
  let proxy: CuttingProxy;
  let clients: Socket[];
  beforeEach(async () => {
    server = await TestServer.listen();
    proxy = await CuttingProxy.listen(server.endpoint('direct'), clock);
    clients = [];
  });
  afterEach(async () => {
    for (const client of clients) client.destroy();
    await proxy[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  /** A client that logs in; `saw` lists what happened to it. */
  const open = async () => {
    const saw: string[] = [];
    const socket = connect(proxy.port, '127.0.0.1');
    clients.push(socket);
    socket.on('data', () => saw.push('data'));
    socket.on('error', (error: NodeJS.ErrnoException) => saw.push(error.code!));
    socket.write(login);
    await sleep(40);
    return { saw, socket };
  };

  it('passes bytes both ways', async () => {
    expect((await open()).saw).to.deep.equal(['data']);
    expect(server.logins).to.equal(1);
  });

  it('passes the end of a connection on', async () => {
    const { socket } = await open();
    socket.end();
    await sleep(40);
    expect(server.connections).to.equal(0);
  });

  it('resets old and new connections while it cuts so, and passes new ones afterwards', async () => {
    const before = await open();
    const cut = proxy.cut('reset', 150);
    const during = await open();
    expect(before.saw).to.deep.equal(['data', 'ECONNRESET']);
    expect(during.saw).to.deep.equal(['ECONNRESET']);
    await cut;
    expect((await open()).saw).to.deep.equal(['data']);
  });

  it('keeps old and new connections open but silent in a blackhole, and resets them at its end', async () => {
    const before = await open();
    const cut = proxy.cut('blackhole', 250);
    before.socket.write(login);
    const during = await open();
    expect(before.saw).to.deep.equal(['data']);
    expect(during.saw).to.deep.equal([]);
    expect(server.logins).to.equal(1);
    await cut;
    await sleep(40);
    expect(before.saw).to.deep.equal(['data', 'ECONNRESET']);
    expect(during.saw).to.deep.equal(['ECONNRESET']);
    expect((await open()).saw).to.deep.equal(['data']);
    expect(server.logins).to.equal(2);
  });

  it('reads the clock around both ends of a cut', async () => {
    const beforeUs = clock.nowUs();
    const { began, ended } = await proxy.cut('reset', 100);
    const order = [beforeUs, began.beforeUs, began.afterUs, ended.beforeUs, ended.afterUs, clock.nowUs()];
    expect(order).to.deep.equal([...order].sort((a, b) => a - b));
    // A timer may fire up to 1 ms early.
    expect(ended.beforeUs - began.afterUs).to.be.at.least(98_000);
  });
});
