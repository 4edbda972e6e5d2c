import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Instance } from '../faults/target.ts';
import type { JournalEvent } from '../journal/event.ts';
import { startLatePath } from './late-path.ts';

const account = { database: 'app', user: 'me', password: 'secret' };

async function serverNamed(name: string) {
  const server = createServer((client) => client.on('error', () => {}).end(name));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { name, port: (server.address() as AddressInfo).port, server };
}

describe('the path late', () => {
  it('follows the primary some time behind, and notes when it moved', async () => {
    const servers = await Promise.all(['pg1', 'pg2'].map(serverNamed));
    const instances = servers.map(({ name }) => ({ name, address: '127.0.0.1' }) as Instance);
    const notes: string[] = [];
    const listeners = new Set<(event: JournalEvent) => void>();
    const open = {
      primary: async () => instances[0]!,
      instances: async () => instances,
      endpointOf: ({ name, address }: Instance) => ({
        ...{ name, host: address, ...account },
        port: servers.find((one) => one.name === name)!.port,
      }),
    };
    const recorder = {
      note: (text: string) => void notes.push(text),
      listen: (listener: (event: JournalEvent) => void) => {
        listeners.add(listener);
        return { [Symbol.dispose]: () => listeners.delete(listener) };
      },
    };
    const load = { clients: ['x:path=late'] } as never;
    const late = await startLatePath({ open, scenario: { load }, recorder, argv: (argv) => argv, byMs: 500 });
    const greeting = async (): Promise<string> => String((await once(connect(late.endpoint!.port), 'data'))[0]);
    const promoted = { kind: 'role', role: 'primary', observer: 'sql', instance: 'pg2' } as JournalEvent;
    expect(late.endpoint).to.deep.include({ name: 'late', host: '127.0.0.1', ...account });
    for (const listener of listeners) for (const event of [promoted, promoted]) listener(event);
    expect(await greeting()).to.equal('pg1');
    for (let i = 0; notes.length === 0 && i < 100; i++) await sleep(50);
    await sleep(100);
    expect(await greeting()).to.equal('pg2');
    expect(notes).to.deep.equal([
      'new connections by the path late lead to pg2 from now on, 0.5 s after its promotion',
    ]);
    await late[Symbol.asyncDispose]();
    expect(listeners.size).to.equal(0);
    for (const { server } of servers) server.close();
  });

  it('is not opened where no client takes it', async () => {
    const never = (): never => expect.fail('it was opened');
    const open = { primary: never, instances: never, endpointOf: never };
    const load = { clients: ['x:path=hosts'] } as never;
    const recorder = { note: never, listen: never };
    const late = await startLatePath({ open, scenario: { load }, recorder, argv: never });
    expect(late.endpoint).to.equal(undefined);
  });
});
