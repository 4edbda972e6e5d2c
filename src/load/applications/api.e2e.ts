import { expect } from 'chai';
import { postgresFor } from '../test-postgres.ts';
import { type Reply, TestServer } from '../test-server.ts';
import { connect } from '../writers/connect.ts';
import { prepareSchema } from '../writers/ledger.ts';
import { apiSchemaSql, startApi } from './api.ts';

const argv = (some: readonly string[]): readonly string[] => some;
const post = async (port: number, path: string): Promise<[number, unknown]> => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST' });
  return [response.status, await response.json()];
};

describe('the HTTP service over a pooler', function () {
  this.timeout(60_000);

  it('keeps what it is given, and its workers do each job once', async function () {
    await using postgres = await postgresFor(this);
    const client = await connect(postgres.endpoint);
    await prepareSchema(client, []);
    await client.query(apiSchemaSql);
    await using api = await startApi({ endpoint: postgres.endpoint, argv });
    expect(await post(api.port, '/archives')).to.deep.equal([200, { id: '1' }]);
    expect(await post(api.port, '/retry/archives')).to.deep.equal([200, { id: '2' }]);
    const jobs = [await post(api.port, '/work'), await post(api.port, '/retry/work'), await post(api.port, '/work')];
    expect(jobs).to.deep.equal([
      [200, { id: '1' }],
      [200, { id: '2' }],
      [200, { id: null }],
    ]);
    expect((await post(api.port, '/elsewhere'))[0]).to.equal(404);
    await client.end();
  });

  it('tries again what Npgsql calls transient, and not what PgBouncer says; without retry it says the first error', async () => {
    await using server = await TestServer.listen();
    await using api = await startApi({ endpoint: server.endpoint('pooler-1'), argv });
    const answers: Reply[] = [];
    server.onStatement = () => answers.shift() ?? 'ok';
    const starting = { severity: 'FATAL', code: '57P03', message: 'the database system is starting up' } as const;
    const pooler = { severity: 'FATAL', code: '08P01', message: 'server_login_retry' } as const;
    answers.push(starting);
    expect(await post(api.port, '/archives')).to.deep.equal([503, { error: '57P03 starting up' }]);
    answers.push(starting, 'reset');
    expect((await post(api.port, '/retry/archives'))[0]).to.equal(200);
    answers.push(pooler);
    expect(await post(api.port, '/retry/archives')).to.deep.equal([503, { error: '08P01 server_login_retry' }]);
  });

  it('tries again what PgBouncer says, too, where its code is added', async () => {
    await using server = await TestServer.listen();
    const retriesAlso = ['08P01'];
    await using api = await startApi({ endpoint: server.endpoint('pooler-1'), retriesAlso, argv });
    const pooler = { severity: 'FATAL', code: '08P01', message: 'server_login_retry' } as const;
    const answers: Reply[] = [pooler, pooler];
    server.onStatement = () => answers.shift() ?? 'ok';
    expect((await post(api.port, '/retry/archives'))[0]).to.equal(200);
    answers.push(pooler);
    expect((await post(api.port, '/archives'))[0]).to.equal(503);
  });

  it('says in one sentence that it ended', async () => {
    await using server = await TestServer.listen();
    await using api = await startApi({ endpoint: server.endpoint('pooler-1'), argv: ([node]) => [node!, '-e', words] });
    const error = await api.died.catch((reason: Error) => reason);
    expect((error as Error).message).to.equal('the HTTP service ended (code 7): it broke');
  });
});
const words = 'console.log(\'{"port":1}\'); setTimeout(() => { console.error("it broke"); process.exit(7) }, 50)';
