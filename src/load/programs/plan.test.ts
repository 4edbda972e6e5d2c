import { expect } from 'chai';
import type { ClientUse } from '../../scenario/client-use.ts';
import { clientPlans } from './plan.ts';

describe('the plan of a client program', () => {
  const endpoint = (name: string, host: string) => ({
    name,
    host,
    port: 5432,
    database: 'app',
    user: 'me',
    password: 'p@:/ss',
  });
  const use = (path: ClientUse['path']): ClientUse => ({
    use: 'x',
    name: `x-${path}`,
    path,
    workers: 2,
    ratePerSecond: 1,
    settings: {},
  });
  const endpoints = [
    endpoint('direct', '10.0.0.1'),
    endpoint('readonly', '10.0.0.1'),
    endpoint('pooler-1', '10.0.0.2'),
    endpoint('pooler-2', 'fd00::3'),
  ];
  const plans = (uses: ClientUse[], hosts = [endpoint('pg-2', '10.0.1.2'), endpoint('pg-1', '10.0.1.1')]) =>
    clientPlans({ uses, endpoints, hosts, originNs: 7n, seed: 1, giveUpMs: 5_000 });

  it('gives each program a block of workers, and poolers in turn', () => {
    const made = plans([use('pooler'), use('direct'), use('pooler'), use('pooler')]);
    expect(made.map(({ firstWorker }) => firstWorker)).to.deep.equal([10_000, 20_000, 30_000, 40_000]);
    expect(made.map(({ path }) => path)).to.deep.equal(['pooler-1', 'direct', 'pooler-2', 'pooler-1']);
    expect(made[0]!.originNs).to.equal('7');
  });

  it('quotes passwords in connection strings, and lists all hosts', () => {
    const [{ paths }] = plans([use('hosts')]) as [ReturnType<typeof plans>[0]];
    expect(paths.direct!.url).to.equal('postgresql://me:p%40%3A%2Fss@10.0.0.1:5432/app');
    expect(paths['pooler-2']!.url).to.contain('@[fd00::3]:5432/');
    expect(paths.hosts!.url).to.contain('@10.0.1.2:5432,10.0.1.1:5432/app');
    expect(paths).to.not.have.property('readonly');
  });

  it('asks for a certificate of the authority with the server’s name, and never sends a password without TLS', () => {
    const tls = { ca: 'PEM', serverName: 'pg-rw' };
    const named = [
      { ...endpoint('direct', '10.0.0.1'), ...tls },
      { ...endpoint('pooler-1', 'pg-rw'), ...tls },
    ];
    const input = { endpoints: named, hosts: [], originNs: 7n, seed: 1, giveUpMs: 5_000 };
    const [{ paths }] = clientPlans({ ...input, uses: [use('direct')], caFile: '/run 1/ca.crt' }) as [
      ReturnType<typeof plans>[0],
    ];
    const { direct } = paths;
    expect(direct!.url).to.equal(
      'postgresql://me:p%40%3A%2Fss@pg-rw:5432/app?sslmode=verify-full&sslrootcert=%2Frun%201%2Fca.crt&hostaddr=10.0.0.1',
    );
    const { hosts, ca, caFile, sslmode, serverName } = direct!;
    expect([hosts, ca, caFile, sslmode, serverName]).to.deep.equal([
      [{ host: '10.0.0.1', port: 5432 }],
      'PEM',
      '/run 1/ca.crt',
      'verify-full',
      'pg-rw',
    ]);
    // Where the host is the name, it is looked up as an application looks it up.
    expect(paths['pooler-1']!.url).not.to.contain('hostaddr');
    expect(paths['pooler-1']).not.to.have.property('serverName');
    expect(() => clientPlans({ ...input, uses: [use('direct')] })).to.throw('need the authority');
  });

  it('gives the address of the first primary alone, and one that follows late', () => {
    const hosts = [endpoint('pg-2', '10.0.1.2'), endpoint('pg-1', '10.0.1.1')];
    const reachable = { endpoints, hosts, late: endpoint('late', '127.0.0.1') };
    const uses = [use('fixed'), use('late')];
    const [fixed, late] = clientPlans({ uses, ...reachable, originNs: 7n, seed: 1, giveUpMs: 5_000 });
    expect(fixed!.paths[fixed!.path]!.hosts).to.deep.equal([{ host: '10.0.1.2', port: 5432 }]);
    expect(late!.paths[late!.path]!.hosts).to.deep.equal([{ host: '127.0.0.1', port: 5432 }]);
    expect(() => plans([use('late')])).to.throw(/x-late connects by late, which this stack does not offer/);
  });

  it('refuses a path that the stack does not have', () => {
    expect(() => plans([use('hosts')], [])).to.throw(
      /x-hosts connects by hosts, which this stack does not offer; it offers pooler-1, pooler-2, direct/,
    );
  });
});
