import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect } from 'chai';
import { Forwarder } from './forwarder.ts';
import { LateAddress } from './late-address.ts';

/** A server that greets with its name, and answers with what it hears. */
async function serverNamed(name: string) {
  const clients: Socket[] = [];
  const server = createServer((client) => {
    clients.push(client);
    client.on('error', () => {});
    client.write(name);
    client.on('data', (text) => client.write(`${name} heard ${text}`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    to: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    close: () => {
      for (const client of clients) client.destroy();
      server.close();
    },
  };
}
async function opened(port: number): Promise<{ client: Socket; greeting: string }> {
  const client = connect(port, '127.0.0.1');
  client.on('error', () => {});
  const text = await new Promise((resolve) => client.once('data', resolve).once('close', () => resolve('closed')));
  return { client, greeting: String(text) };
}

describe('an address that follows late', () => {
  it('leads new connections to the new destination, and leaves open ones where they are', async () => {
    const [first, second] = await Promise.all([serverNamed('first'), serverNamed('second')]);
    await using forwarder = await Forwarder.listen(first.to);
    const old = await opened(forwarder.port);
    forwarder.point(second.to);
    const next = await opened(forwarder.port);
    expect([old.greeting, next.greeting]).to.deep.equal(['first', 'second']);
    old.client.write('hello');
    expect(String((await once(old.client, 'data'))[0])).to.equal('first heard hello');
    first.close();
    await once(old.client, 'close');
    second.close();
  });

  it('ends a connection that its destination refuses', async () => {
    const gone = await serverNamed('gone');
    gone.close();
    await using forwarder = await Forwarder.listen(gone.to);
    expect((await opened(forwarder.port)).greeting).to.equal('closed');
  });

  it('runs as a process of its own, and ends with its input', async () => {
    const [first, second] = await Promise.all([serverNamed('first'), serverNamed('second')]);
    const address = await LateAddress.start((argv) => argv, first.to);
    const { client, greeting } = await opened(address.port);
    expect(greeting).to.equal('first');
    address.point(second.to);
    let next = await opened(address.port);
    for (let i = 0; next.greeting === 'first' && i < 100; i++) next = await opened(address.port);
    expect(next.greeting).to.equal('second');
    await address[Symbol.asyncDispose]();
    if (!client.destroyed) await once(client, 'close');
    expect((await opened(address.port)).greeting).to.equal('closed');
    first.close();
    second.close();
  });

  it('cannot be opened where its process does not start', async () => {
    const error = await LateAddress.start(() => ['/nowhere/at-all'], { host: '127.0.0.1', port: 1 }).catch(
      (why) => why,
    );
    expect(String(error)).to.match(/the address of the path late cannot be opened: spawn \/nowhere\/at-all ENOENT/);
  });
});
