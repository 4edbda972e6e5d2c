import { expect } from 'chai';
import { configMap } from '../example.ts';
import { connectionsExceedMax } from './connections-exceed-max.ts';
import { cnpg, findingsAfterChange, findingsOf, linesOf } from './try-rule.ts';

const cluster = (max: number) =>
  cnpg(
    'Cluster',
    'pg',
    `  instances: 3\n  storage: { size: 1Gi }\n  postgresql: { parameters: { max_connections: "${max}" } }\n`,
  );
const pooler = (instances: number, parameters: string, type = 'rw') =>
  cnpg(
    'Pooler',
    `pool-${type}`,
    `  cluster: { name: pg }\n  type: ${type}\n  instances: ${instances}\n  pgbouncer:\n    poolMode: transaction\n    parameters:\n${parameters}`,
  );
const size = (n: number) => `      default_pool_size: "${n}"\n`;
const database = cnpg('Database', 'shop', '  name: shop\n  owner: app\n  cluster: { name: pg }\n');

describe('connections-exceed-max', () => {
  it('finds pools that are larger together than what the server takes', () => {
    const [finding] = findingsOf(connectionsExceedMax, cluster(100), pooler(2, size(50)));
    expect(finding).to.include({ file: '2.yaml', line: 13 });
    expect(finding!.message).to.contain('may open 100 connections').and.contain('PostgreSQL has 97. When');
    // A tenth of 97 stays free.
    expect(finding!.change).to.contain('+      default_pool_size: "43"');
    expect(findingsAfterChange(connectionsExceedMax, cluster(100), pooler(2, size(50)))).to.eql([]);
  });

  it('counts a pool for each database', () => {
    expect(linesOf(connectionsExceedMax, cluster(100), pooler(2, size(40)))).to.eql([]);
    expect(linesOf(connectionsExceedMax, cluster(100), pooler(2, size(40)), database)).to.eql(['2.yaml:13']);
  });

  it('counts the defaults of both: 20 a pool, 100 connections', () => {
    const bare = cnpg('Cluster', 'pg', '  instances: 3\n  storage: { size: 1Gi }\n');
    expect(linesOf(connectionsExceedMax, bare, pooler(5, ''))).to.have.length(1);
    expect(linesOf(connectionsExceedMax, bare, pooler(4, ''))).to.eql([]);
  });

  it('leaves out poolers in session mode, whose clients say how many connections they hold', () => {
    const session = (text: string) => text.replace('poolMode: transaction', 'poolMode: session');
    expect(linesOf(connectionsExceedMax, cluster(100), session(pooler(2, size(90))))).to.eql([]);
    expect(
      linesOf(connectionsExceedMax, cluster(100), pooler(2, size(90)).replace('    poolMode: transaction\n', '')),
    ).to.eql([]);
    expect(linesOf(connectionsExceedMax, cluster(100), pooler(2, size(90)))).to.have.length(1);
  });

  it('counts what the clients of the pooler name, where enough applications are visible', () => {
    const app = (name: string, host: string) =>
      configMap(`URL: postgresql://{{ .user }}:{{ .password }}@${host}.db.svc:5432/${name}`).replace(
        'name: shop',
        `name: ${name}`,
      );
    const found = (...apps: string[]) =>
      findingsOf(connectionsExceedMax, cluster(100), pooler(2, size(30)), database, ...apps).map(
        ({ message }) => message,
      );
    expect(found()[0]).to.contain('2 databases');
    expect(found(app('a', 'pool-rw'), app('b', 'pg-rw'), app('c', 'pg-rw'))).to.eql([]);
    expect(found(app('a', 'pool-rw'), app('b', 'pool-rw'), app('c', 'pg-rw'))[0]).to.contain('2 databases');
    expect(found(app('a', 'pool-rw'), app('b', 'pg-rw'))[0]).to.contain('2 databases');
  });

  it('leaves out databases that applications reach only without the pooler', () => {
    const app = (name: string, host: string, database: string) =>
      configMap(`DB_HOST: ${host}\nDB_NAME: ${database}`).replace('name: shop', `name: ${name}`);
    const url = configMap('DATABASE_URL: postgresql://web@pg-rw.db.svc:5432/shop?sslmode=require');
    const found = (...apps: string[]) =>
      findingsOf(connectionsExceedMax, cluster(100), pooler(2, size(40)), database, ...apps);
    expect(found()).to.have.length(1);
    expect(found(app('a', 'pg-rw', 'shop'))).to.eql([]);
    expect(found(url)).to.eql([]);
    expect(found(app('a', 'pg-rw', 'other'))).to.have.length(1);
    // Reached in both ways, or by what goes round every pooler.
    expect(found(app('a', 'pg-rw', 'shop'), app('b', 'pool-rw', 'shop'))).to.have.length(1);
    expect(found(app('migration', 'pg-rw', 'shop'))).to.have.length(1);
  });

  describe('of clients that connect to the primary beside the pools', () => {
    const app = (name: string, host = 'pg-rw') =>
      configMap(`DB_HOST: ${host}\nDB_NAME: other`).replace('name: shop', `name: ${name}`);
    const found = (...more: string[]) =>
      findingsOf(connectionsExceedMax, cluster(200), pooler(2, size(120)), app('web', 'pool-rw'), ...more)[0]!;
    const free = (change: string) => 197 - 2 * Number(/\+ +default_pool_size: "(\d+)"/.exec(change)![1]);

    it('names them, and leaves them a quarter of the connections, or ten each where that is more', () => {
      expect(free(found().change)).to.equal(21);
      const { message, change } = found(app('keycloak'), app('temporal'));
      expect(message).to.contain(
        'PostgreSQL has 197, and ConfigMap keycloak and ConfigMap temporal connect to it directly as well. ' +
          'The proposed size leaves room for them.',
      );
      expect(free(change)).to.equal(51);
      expect(free(found(...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => app(name))).change)).to.equal(71);
    });

    it('leaves them no more than half of the connections', () => {
      const many = Array.from({ length: 30 }, (_, nth) => app(`app-${nth}`));
      expect(found(...many).message).to.contain('ConfigMap app-2 and 27 more connect');
      expect(free(found(...many).change)).to.equal(99);
    });

    it('counts poolers in session mode, and neither migrations nor clients of the pooler', () => {
      const session = pooler(2, size(20))
        .replace('poolMode: transaction', 'poolMode: session')
        .replace('pool-rw', 'keep');
      expect(found(session).message).to.contain('and the clients of Pooler db/keep connect');
      for (const none of [app('migration'), app('shop', 'pool-rw'), app('reader', 'pg-ro')])
        expect(found(none).message).to.contain('PostgreSQL has 197. When');
    });

    it('promises nothing where no size fits', () => {
      const none = findingsOf(connectionsExceedMax, cluster(10), pooler(9, size(20)), app('keycloak'))[0]!;
      expect(none.change).to.equal('');
      expect(none.message).to.contain('directly as well. When');
    });
  });

  it('raises nothing where a cap holds them, or on poolers to the replicas', () => {
    expect(
      linesOf(connectionsExceedMax, cluster(100), pooler(2, `${size(90)}      max_db_connections: "40"\n`)),
    ).to.eql([]);
    expect(linesOf(connectionsExceedMax, cluster(100), pooler(2, size(90), 'ro'))).to.eql([]);
  });
});
