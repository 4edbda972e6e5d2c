import { expect } from 'chai';
import { configMap } from '../example.ts';
import { smartShutdownWithPooler } from './smart-shutdown-with-pooler.ts';
import { cnpg, findingsAfterChange, findingsOf, linesOf } from './try-rule.ts';

const cluster = (more: string) => cnpg('Cluster', 'pg', `  instances: 3\n  storage: { size: 1Gi }\n${more}`);
const pooler = cnpg('Pooler', 'pool', '  cluster: { name: pg }\n  pgbouncer: {}\n');

describe('smart-shutdown-with-pooler', () => {
  it('finds the default beside a pooler', () => {
    expect(findingsOf(smartShutdownWithPooler, cluster(''), pooler)[0]!.message).to.contain('180 s (the default)');
    expect(findingsAfterChange(smartShutdownWithPooler, cluster(''), pooler)).to.eql([]);
  });

  it('finds a long one that is set, where it is', () => {
    expect(linesOf(smartShutdownWithPooler, cluster('  smartShutdownTimeout: 60\n'), pooler)).to.eql(['1.yaml:9']);
    expect(findingsAfterChange(smartShutdownWithPooler, cluster('  smartShutdownTimeout: 60\n'), pooler)).to.eql([]);
  });

  it('raises nothing on a pooler that nothing uses, and names the one that is used', () => {
    const app = (name: string, host: string) =>
      configMap(`DATABASE_URL: postgresql://${name}@${host}.db:5432/app`).replace(/name: \S+/, `name: ${name}`);
    const direct = ['a', 'b', 'c'].map((name) => app(name, 'pg-rw'));
    expect(linesOf(smartShutdownWithPooler, cluster(''), pooler, ...direct)).to.eql([]);
    const used = cnpg('Pooler', 'used', '  cluster: { name: pg }\n  pgbouncer: {}\n');
    const [finding] = findingsOf(smartShutdownWithPooler, cluster(''), pooler, used, ...direct, app('d', 'used'));
    expect(finding!.message).to.contain('Those of Pooler db/used stay open');
  });

  it('raises nothing on a short one, or without a pooler', () => {
    expect(linesOf(smartShutdownWithPooler, cluster('  smartShutdownTimeout: 10\n'), pooler)).to.eql([]);
    expect(linesOf(smartShutdownWithPooler, cluster('  smartShutdownTimeout: 0\n'), pooler)).to.eql([]);
    expect(linesOf(smartShutdownWithPooler, cluster(''))).to.eql([]);
  });
});
