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
    expect(finding!.message).to.contain('may open 100 connections').and.contain('has 97 for them');
    expect(finding!.change).to.contain('+      default_pool_size: "48"');
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

  it('raises nothing where a cap holds them, or on poolers to the replicas', () => {
    expect(
      linesOf(connectionsExceedMax, cluster(100), pooler(2, `${size(90)}      max_db_connections: "40"\n`)),
    ).to.eql([]);
    expect(linesOf(connectionsExceedMax, cluster(100), pooler(2, size(90), 'ro'))).to.eql([]);
  });
});
