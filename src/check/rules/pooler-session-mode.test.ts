import { expect } from 'chai';
import { poolerSessionMode } from './pooler-session-mode.ts';
import { cnpg, findingsOf, linesOf } from './try-rule.ts';

const pooler = (pgbouncer: string) => cnpg('Pooler', 'pool', `  cluster: { name: pg }\n  pgbouncer:${pgbouncer}\n`);

describe('pooler-session-mode', () => {
  it('reports, for information only, session mode by default', () => {
    expect(findingsOf(poolerSessionMode, pooler(' {}'))[0]).to.include({ severity: 'info', line: 8 });
  });

  it('raises nothing on a mode that is written, which is a choice', () => {
    expect(linesOf(poolerSessionMode, pooler(' { poolMode: session }'))).to.eql([]);
    expect(linesOf(poolerSessionMode, pooler(' { poolMode: transaction }'))).to.eql([]);
  });

  it('raises nothing beside a Pooler in transaction mode to the same instances of the Cluster', () => {
    const cluster = cnpg('Cluster', 'pg', '  instances: 3\n  storage: { size: 1Gi }\n');
    const session = pooler(' {}');
    const other = (spec: string) => cnpg('Pooler', 'other', `${spec}\n  pgbouncer: { poolMode: transaction }\n`);
    expect(linesOf(poolerSessionMode, cluster, session, other('  cluster: { name: pg }'))).to.eql([]);
    expect(linesOf(poolerSessionMode, cluster, session, other('  cluster: { name: pg }\n  type: ro'))).to.eql([
      '2.yaml:8',
    ]);
    expect(linesOf(poolerSessionMode, cluster, session, other('  cluster: { name: another }'))).to.eql(['2.yaml:8']);
  });
});
