import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { loadSchema } from '../../scenario/load.ts';
import { TestServer } from '../test-server.ts';
import { TestWriter } from '../test-writer.ts';
import { timedOut } from './outcome.ts';
import { isTransient, profileOf } from './profile.ts';

const load = (profile: string) =>
  loadSchema.parse({ writers: 1, ratePerSecond: 1, giveUpMs: 300, reconnectMs: 20, profile });
const reset = { code: 'ECONNRESET', message: 'read ECONNRESET' };
const held = {
  code: '08P01',
  severity: 'FATAL',
  message: 'server login has been failing (server_login_retry)',
} as const;

describe('the profile of clients', () => {
  it('retry waits as EnableRetryOnFailure: at once, 1, 3, 7 and 15 s, and then no more', () => {
    const waits = [1, 2, 3, 4, 5, 6].map((retry) => profileOf(load('retry')).retryMs(retry, reset, () => 0));
    expect(waits).to.deep.equal([0, 1_000, 3_000, 7_000, 15_000, undefined]);
  });

  it('retry does not try again what Npgsql does not call transient: PgBouncer’s own errors', () => {
    expect(profileOf(load('retry')).retryMs(1, held, () => 0)).to.equal(undefined);
    expect(isTransient({ code: '57P03', severity: 'FATAL', message: 'starting up' })).to.equal(true);
    expect(isTransient(timedOut)).to.equal(true);
  });

  it('retry tries again what is named beside: errorCodesToAdd', () => {
    const also = loadSchema.parse({ profile: 'retry', retriesAlso: ['08P01'] });
    expect(profileOf(also).retryMs(2, held, () => 0)).to.equal(1_000);
    const refused = { code: '28P01', severity: 'FATAL', message: 'password authentication failed' };
    expect(profileOf(also).retryMs(2, refused, () => 0)).to.equal(undefined);
    expect(() => loadSchema.parse({ retriesAlso: ['transient'] })).to.throw('five digits and capitals');
  });

  it('backoff doubles the wait up to 10 s', () => {
    const { reconnectMs } = profileOf(load('backoff'));
    expect([1, 2, 3, 20].map(reconnectMs)).to.deep.equal([20, 40, 80, 10_000]);
  });

  describe('in a writer', () => {
    let server: TestServer;
    let client: TestWriter;
    const start = (profile: string) => {
      client = new TestWriter(server, { profile });
      return client.connected();
    };

    beforeEach(async () => {
      server = await TestServer.listen();
    });
    afterEach(async () => {
      client.close();
      await server[Symbol.asyncDispose]();
    });

    it('per-request connects again for each write', async () => {
      await start('per-request');
      for (const _ of [1, 2, 3]) {
        client.write();
        await client.settled();
      }
      expect(client.ops.map(({ outcome }) => outcome)).to.deep.equal(['ok', 'ok', 'ok']);
      // The first was made beforehand, and the first write took it.
      expect(server.logins).to.equal(3);
    });

    it('per-request fails a write with the connection that it asked for, at once', async () => {
      await start('per-request');
      client.write();
      await client.settled();
      server.onLogin = () => 'reset';
      client.write();
      await client.settled();
      expect(client.ops[1]).to.include({ outcome: 'failed', error: 'ECONNRESET', sentUs: undefined });
      expect(client.ops[1]!.doneUs - client.ops[1]!.dueUs).to.be.below(200_000);
    });

    it('retry writes the same request again, under another op, until it is acknowledged', async () => {
      await start('retry');
      let asked = 0;
      server.onStatement = () => (++asked < 2 ? 'reset' : 'ok');
      client.write();
      await client.settled();
      expect(client.ops.map(({ op, request, outcome }) => [op, request, outcome])).to.deep.equal([
        [0, 0, 'unknown'],
        [1, 0, 'ok'],
      ]);
    });

    it('retry leaves what waits for a retry, where the load ends', async () => {
      await start('retry');
      server.onStatement = () => 'reset';
      server.onLogin = () => 'reset';
      client.write();
      await client.ended(2);
      client.writer.abandonRetries();
      expect(client.writer.settled).to.equal(true);
    });

    it('backoff keeps its distance from a server that refuses', async () => {
      await start('backoff');
      server.onLogin = () => 'reset';
      server.resetAll();
      await sleep(450);
      expect(client.connects.length - 1).to.be.within(3, 5);
    });
  });
});
