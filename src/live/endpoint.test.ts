import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import { parseListen, serveMetrics } from './endpoint.ts';

describe('the port with metrics', () => {
  it('is on this machine only, unless an address is named', () => {
    expect(parseListen('9464')).to.deep.equal({ host: '127.0.0.1', port: 9464 });
    expect(parseListen('0.0.0.0:9464')).to.deep.equal({ host: '0.0.0.0', port: 9464 });
    expect(parseListen('[::1]:0')).to.deep.equal({ host: '::1', port: 0 });
    for (const wrong of ['', 'http', '70000', 'host:80', '-1'])
      expect(() => parseListen(wrong), wrong).to.throw(UsageError, /--metrics-port expects a port/);
  });

  it('answers GET /metrics, and nothing else', async () => {
    await using endpoint = await serveMetrics({ host: '127.0.0.1', port: 0 }, () => 'text\n');
    const at = `http://127.0.0.1:${endpoint.port}`;
    const answer = await fetch(`${at}/metrics`);
    expect(answer.headers.get('content-type')).to.include('openmetrics-text');
    expect(await answer.text()).to.equal('text\n');
    expect((await fetch(at)).status).to.equal(404);
    expect((await fetch(`${at}/metrics`, { method: 'POST' })).status).to.equal(404);
  });

  it('makes the text once a second at most, however often it is asked', async () => {
    let made = 0;
    await using endpoint = await serveMetrics({ host: '127.0.0.1', port: 0 }, () => `${++made}\n`);
    for (let i = 0; i < 20; i++) await (await fetch(`http://127.0.0.1:${endpoint.port}/metrics`)).text();
    expect(made).to.be.lessThan(10);
  });

  it('takes few connections, lets none stay silent, and ends at once', async () => {
    const endpoint = await serveMetrics({ host: '127.0.0.1', port: 0 }, () => '');
    const sockets: Socket[] = [];
    let closed = 0;
    for (let i = 0; i < 30; i++)
      sockets.push(
        connect(endpoint.port, '127.0.0.1')
          .on('error', () => {})
          .on('close', () => closed++),
      );
    await sleep(300);
    expect(closed).to.be.at.least(20);
    const before = performance.now();
    await endpoint[Symbol.asyncDispose]();
    expect(performance.now() - before).to.be.lessThan(1_000);
    for (const socket of sockets) socket.destroy();
  });

  it('that is taken is refused in one sentence', async () => {
    await using first = await serveMetrics({ host: '127.0.0.1', port: 0 }, () => '');
    const error = await serveMetrics({ host: '127.0.0.1', port: first.port }, () => '').catch((why: Error) => why);
    expect(error).to.be.instanceOf(UsageError).with.property('message').that.includes('cannot be listened on');
  });
});
