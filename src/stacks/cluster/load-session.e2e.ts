/**
 * The bridge in a pod against a real PostgreSQL: its Perl runs here, in place of a pod's. Needs root on Linux; skipped with
 * the reason elsewhere.
 */
import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Client } from 'pg';
import { postgresFor, type TestPostgres } from '../../load/test-postgres.ts';
import { connect } from '../../load/writers/connect.ts';
import { connectSocket } from '../cnpg/api/socket.ts';
import { loginAt, loginOnceThereIsRoom } from './load-session.ts';

describe('a connection by the loopback of a pod, on a real PostgreSQL', function () {
  this.timeout(60_000);
  let postgres: TestPostgres | undefined;
  before(async function () {
    postgres = await postgresFor(this);
  });
  after(() => postgres?.[Symbol.asyncDispose]());

  const stream = async (_namespace: string, _pod: string, _container: string, [program = '', ...args]: string[]) => {
    const { stdin, stdout } = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    return Duplex.from({ readable: stdout, writable: stdin });
  };
  const site = { namespace: 'db', cluster: 'pg', operatorNamespace: 'cnpg-system' };
  const pod = { name: 'pg-1', address: '127.0.0.1' };
  const who = async (client: Client) =>
    (await client.query('select session_user::text as name').finally(() => client.end())).rows[0].name;

  it('logs a role in by its password', async () => {
    const { port, user, password, database } = postgres!.endpoint;
    const login = { user, password, database };
    const client = await connectSocket(
      { stream },
      { namespace: 'db', pod: 'pg-1', container: 'postgres', port },
      login,
      5_000,
    );
    const { rows } = await client.query("select repeat('x', 3000000) as long");
    expect(rows[0].long).to.have.lengthOf(3_000_000);
    expect(await who(client)).to.equal('postgres');
    const kube = { stream } as never;
    expect(await who(await loginAt({ kube, site }, pod, login, port))).to.equal('postgres');
    const refused = await loginAt({ kube, site }, pod, { ...login, password: 'wrong' }, port).catch((e: Error) => e);
    expect(refused).to.have.property('message').that.includes('password authentication failed');
  });

  it('is waited for where the role has no connection left, and no longer than that', async () => {
    const { port, database } = postgres!.endpoint;
    const admin = await connect(postgres!.endpoint);
    await admin.query("create role narrow login password 'narrow' connection limit 1").finally(() => admin.end());
    const login = { user: 'narrow', password: 'narrow', database };
    const kube = { stream } as never;
    const enter = (withinMs: number, as: Partial<typeof login> = {}) =>
      loginOnceThereIsRoom({ kube, site }, pod, { ...login, ...as }, { withinMs, everyMs: 50, port });
    const only = await enter(1_000);
    const refused = await enter(300).catch((error: Error) => error.message);
    expect(refused).to.contain('pg-1 to let narrow in').and.contain('too many connections for role "narrow"');
    const later = enter(10_000);
    await only.end();
    expect(await who(await later)).to.equal('narrow');
    const wrong = await enter(10_000, { password: 'wrong' }).catch((error: Error) => error.message);
    expect(wrong).to.contain('password authentication failed');
  });

  it('takes the address of the pod where a rule refuses the loopback, only then, and with TLS alone', async () => {
    const { port, ...login } = postgres!.endpoint;
    /** An ErrorResponse, as PostgreSQL sends it. */
    const refusing = (code: string) => async () => {
      const fields = Buffer.from(`SFATAL\0C${code}\0Mno pg_hba.conf entry\0\0`);
      const head = Buffer.alloc(5);
      head.write('E');
      head.writeInt32BE(fields.length + 4, 1);
      const duplex: Duplex = new Duplex({
        read: () => {},
        write: (_chunk, _encoding, done) => {
          duplex.push(Buffer.concat([head, fields]));
          done();
        },
      });
      return duplex;
    };
    const by = (code: string, ca?: string) =>
      loginAt({ kube: { stream: refusing(code) } as never, site }, pod, { ...login, ...(ca && { ca }) }, port).then(
        () => 'it logged in',
        (error: Error) => error.message,
      );
    expect(await by('28000', 'an authority')).to.equal('The server does not support SSL connections');
    expect(await by('28000'), 'without an authority').to.equal('no pg_hba.conf entry');
    expect(await by('57P03', 'an authority')).to.equal('no pg_hba.conf entry');
  });
});
