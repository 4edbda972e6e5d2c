import { expect } from 'chai';
import { poolerSessionMode } from './pooler-session-mode.ts';
import { cnpg, findingsOf, linesOf } from './try-rule.ts';

const pooler = (pgbouncer: string) => cnpg('Pooler', 'pool', `  cluster: { name: pg }\n  pgbouncer:${pgbouncer}\n`);

describe('pooler-session-mode', () => {
  it('reports, for information only, session mode, set or by default', () => {
    expect(findingsOf(poolerSessionMode, pooler(' { poolMode: session }'))[0]).to.include({
      severity: 'info',
      line: 8,
    });
    expect(linesOf(poolerSessionMode, pooler(' {}'))).to.eql(['1.yaml:8']);
  });

  it('raises nothing on transaction mode', () => {
    expect(linesOf(poolerSessionMode, pooler(' { poolMode: transaction }'))).to.eql([]);
  });
});
