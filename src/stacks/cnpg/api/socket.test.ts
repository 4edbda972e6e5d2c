import { Duplex, PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { int32, message } from '../../../load/test-messages.ts';
import { within } from '../../../wait.ts';
import { connectSocket } from './socket.ts';

const place = { namespace: 'data-layer', pod: 'postgres-pooler-1', container: 'pgbouncer' };
const account = { user: 'pgbouncer', database: 'pgbouncer' };
/** A stream as `exec` gives it, into a pod that says nothing. */
const silent = (): Duplex => Duplex.from({ readable: new PassThrough(), writable: new PassThrough() });

describe('the local socket of a program in a pod', () => {
  it('is given up where the pod’s node does not answer, and closed quietly should it come late', async () => {
    const late = silent();
    const answer = Promise.withResolvers<Duplex>();
    const kube = { stream: () => answer.promise };
    const error = await connectSocket(kube, place, account, 20).catch((reason: Error) => reason);
    expect((error as Error).message).to.equal('no connection into postgres-pooler-1 within 20 ms');
    answer.resolve(late);
    // An error that nobody listens to would be thrown here.
    await sleep(20);
    expect(late.destroyed).to.equal(true);
  });

  it('fails a query, and can be ended, when the connection into the pod breaks without a word', async () => {
    const output = new PassThrough();
    const input = new PassThrough().once('data', () => {
      output.write(Buffer.concat([message('R', int32(0)), message('Z', Buffer.from('I'))]));
      input.once('data', () => output.end());
    });
    const stream = Duplex.from({ readable: output, writable: input });
    const client = await connectSocket({ stream: async () => stream }, place, account, 1_000);
    const reported = client.query('select 1').catch((reason: Error) => reason.message);
    expect(await within(reported, 1_000)).to.equal('Connection terminated unexpectedly');
    expect(
      await within(
        client.end().then(() => 'ended'),
        1_000,
      ),
    ).to.equal('ended');
  });

  it('is not asked for with a text that begins another setting', async () => {
    const kube = { stream: () => Promise.reject(new Error('it was asked')) };
    const forged = { ...account, database: 'app\0search_path\0evil, pg_catalog' };
    const error = await connectSocket(kube, place, forged, 20).catch((reason: Error) => reason);
    expect((error as Error).message).to.equal('the database of a connection has a NUL in it');
  });

  it('is closed quietly where the program says nothing', async () => {
    const stream = silent();
    const error = await connectSocket({ stream: async () => stream }, place, account, 30).catch(
      (reason: Error) => reason,
    );
    expect(error).to.be.instanceOf(Error);
    await sleep(20);
    expect(stream.destroyed).to.equal(true);
  });
});
