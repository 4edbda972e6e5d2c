import { expect } from 'chai';
import { poolerServiceUnknown } from './pooler-service-unknown.ts';
import { cnpg, findingsAfterChange, findingsOf, linesOf } from './try-rule.ts';

const pooler = (name = 'pool') => cnpg('Pooler', name, '  cluster: { name: pg }\n  pgbouncer: {}\n');
const configMap = (host: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: app, namespace: web }\ndata:\n  url: postgresql://u@${host}:5432/x\n`;

describe('pooler-service-unknown', () => {
  it('finds a pooler’s name with the ending of a cluster’s service', () => {
    expect(findingsOf(poolerServiceUnknown, pooler(), configMap('pool-rw.db.svc'))[0]).to.include({
      line: 5,
      column: 23,
    });
    expect(findingsAfterChange(poolerServiceUnknown, pooler(), configMap('pool-rw.db.svc'))).to.eql([]);
  });

  it('raises nothing on the pooler’s own name, or where a pooler or Service has that name', () => {
    const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: pool-rw, namespace: db }\n';
    expect(linesOf(poolerServiceUnknown, pooler(), configMap('pool.db.svc'))).to.eql([]);
    expect(linesOf(poolerServiceUnknown, pooler(), pooler('pool-rw'), configMap('pool-rw.db.svc'))).to.eql([]);
    expect(linesOf(poolerServiceUnknown, pooler(), service, configMap('pool-rw.db.svc'))).to.eql([]);
    expect(linesOf(poolerServiceUnknown, pooler(), configMap('pool-rw.other.svc'))).to.eql([]);
  });
});
