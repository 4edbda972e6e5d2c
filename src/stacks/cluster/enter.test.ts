import { createServer } from 'node:net';
import { expect } from 'chai';
import { SetupError, UsageError } from '../../errors.ts';
import { discover } from './discover.ts';
import { authorityOf, enter, enterOnceReachable } from './enter.ts';
import { TestApi } from './test-api.ts';
import type { FoundWays } from './ways.ts';

const cnpg = '/apis/postgresql.cnpg.io/v1/namespaces/db';

describe('the first log-in of the role of --secret', () => {
  let api: TestApi;
  const account = { user: 'app', password: 'p' };
  let served: number;
  const service = createServer((socket) => {
    served++;
    socket.destroy();
  });
  before(() => new Promise<void>((resolve) => service.listen(0, '127.0.0.1', () => resolve())));
  after(() => void service.close());
  beforeEach(async () => {
    served = 0;
    api = await TestApi.start();
    api.add(`${cnpg}/poolers/pool`, { spec: { cluster: { name: 'pg' } } } as object);
    const labels = { 'cnpg.io/poolerName': 'pool' };
    const ready = { conditions: [{ type: 'Ready', status: 'True' }] };
    api.add('/api/v1/namespaces/db/pods/pool-x', { metadata: { name: 'pool-x', labels }, status: ready } as object);
    api.add(`${cnpg}/clusters/pg`, {
      spec: { instances: 1 },
      status: { currentPrimary: 'pg-1', instanceNames: ['pg-1'] },
    } as object);
    const { port } = service.address() as { port: number };
    const selector = { 'cnpg.io/cluster': 'pg', 'cnpg.io/instanceRole': 'primary' };
    api.add('/api/v1/namespaces/db/services/pg-rw', {
      spec: { clusterIP: '127.0.0.1', ports: [{ port }], selector },
    } as object);
  });
  afterEach(() => api[Symbol.asyncDispose]());
  /** A Cluster whose certificate can be read, so that nothing but the order keeps the role from logging in. */
  const known = () => {
    const at = api.at();
    at.kube.run = async () => '-----BEGIN CERTIFICATE-----';
    return at;
  };
  const entering = async () => ({ found: await discover(api.at().kube, api.at().site), account, database: 'app' });

  it('does not come before it is known that the role is not powerful', async () => {
    const error = await enter(known(), await entering()).catch((reason: Error) => reason);
    expect(error)
      .to.be.instanceOf(SetupError)
      .with.property('message')
      .that.matches(/^the primary pg-1 does not answer in app now: /);
    expect(served, 'connections to the Service').to.equal(0);
  });

  it('is waited for by a watch that begins in an outage, which says so at once', async () => {
    const lines: string[] = [];
    const ended = new AbortController();
    const { signal } = ended;
    const progress = (line: string) => {
      lines.push(line);
      ended.abort(new Error('interrupted'));
    };
    const error = await enterOnceReachable(known(), await entering(), { progress, signal }).catch((e: Error) => e);
    expect(String(error)).to.include('interrupted');
    expect(lines).to.have.lengthOf(1);
    expect(lines[0]).to.match(
      /^waiting up to 3600 s for the database, which is not reachable now; the watch begins once it answers: the primary pg-1 does not answer in app now/,
    );
    expect(served).to.equal(0);
  });

  it('is given up by a watch where the database never answers, with the reason', async () => {
    const waiting = { progress: () => {}, signal: new AbortController().signal };
    const error = await enterOnceReachable(known(), await entering(), waiting, 50).catch((e: Error) => e);
    expect(error).to.be.instanceOf(SetupError).with.property('message').that.includes('the primary pg-1 does not');
  });

  it('of a watch that began in an outage leaves a remark of how long the database was out of reach', async () => {
    const found = { endpoints: [], path: 'direct', poolers: new Map() } as unknown as FoundWays;
    const waiting = { progress: () => {}, signal: new AbortController().signal };
    let asked = 0;
    const late = async () => {
      if (++asked === 1) throw new SetupError('the primary pg-1 does not answer');
      return found;
    };
    const { ways, remarks } = await enterOnceReachable(api.at(), await entering(), waiting, 10_000, late);
    expect(ways).to.equal(found);
    expect(remarks).to.have.lengthOf(1);
    expect(remarks[0]).to.match(
      /^the watch began during an outage: the database could not be reached for the first \d+ s, which are not measured; at last: the primary pg-1 does not answer$/,
    );
    const atOnce = await enterOnceReachable(api.at(), await entering(), waiting, 10_000, async () => found);
    expect(atOnce.remarks).to.deep.equal([]);
  });

  it('of a role that is powerful is refused to a watch as well, at once', async () => {
    const waiting = { progress: () => {}, signal: new AbortController().signal };
    const refused = async () => {
      throw new UsageError('the role app (--secret) is a superuser');
    };
    const error = await enterOnceReachable(api.at(), await entering(), waiting, 10_000, refused).catch((e: Error) => e);
    expect(error).to.be.instanceOf(UsageError);
  });

  it('a password is not sent where the authority of the server cannot be read', async () => {
    const { found } = await entering();
    const error = await authorityOf(api.at(), found, 50).catch((reason: Error) => reason);
    expect(error).to.be.instanceOf(SetupError).with.property('message').that.includes('nothing is sent without TLS');
  });
});
