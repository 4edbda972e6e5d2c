import { expect } from 'chai';
import { poolerDeadConnections } from './pooler-dead-connections.ts';
import { cnpg, findingsAfterChange, findingsOf, linesOf } from './try-rule.ts';

const pooler = (parameters: string) =>
  cnpg('Pooler', 'pool', `  cluster: { name: pg }\n  pgbouncer:\n    parameters: {${parameters}}\n`);

describe('pooler-dead-connections', () => {
  it('reports, for information, connections without a timeout', () => {
    expect(findingsOf(poolerDeadConnections, pooler(''))[0]).to.include({ severity: 'info', line: 9 });
    const { change } = findingsOf(poolerDeadConnections, pooler(''))[0]!;
    for (const timer of ['tcp_keepidle', 'tcp_keepintvl', 'tcp_keepcnt', 'tcp_user_timeout'])
      expect(change).to.contain(timer);
    expect(findingsAfterChange(poolerDeadConnections, pooler(''))).to.eql([]);
  });

  it('raises nothing where the Cluster has no second instance to take over', () => {
    const cluster = (instances: number) =>
      cnpg('Cluster', 'pg', `  instances: ${instances}\n  storage: { size: 1Gi }\n`);
    expect(linesOf(poolerDeadConnections, pooler(''), cluster(1))).to.eql([]);
    expect(linesOf(poolerDeadConnections, pooler(''), cluster(2))).to.have.length(1);
  });

  it('raises nothing where one of the three timers is set', () => {
    for (const timer of ['tcp_user_timeout: "10000"', 'tcp_keepidle: "5"', 'query_timeout: "60"'])
      expect(linesOf(poolerDeadConnections, pooler(timer)), timer).to.eql([]);
  });
});
