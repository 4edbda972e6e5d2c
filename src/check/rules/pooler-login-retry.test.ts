import { expect } from 'chai';
import { poolerLoginRetry } from './pooler-login-retry.ts';
import { cnpg, findingsAfterChange, findingsOf, linesOf } from './try-rule.ts';

const pooler = (pgbouncer: string) =>
  cnpg('Pooler', 'pool', `  cluster: { name: pg }\n  pgbouncer:\n    poolMode: transaction\n${pgbouncer}`);

describe('pooler-login-retry', () => {
  it('finds the default, where the parameters are or would be', () => {
    expect(findingsOf(poolerLoginRetry, pooler(''))[0]).to.include({ line: 8 });
    const [finding] = findingsOf(poolerLoginRetry, pooler('    parameters:\n      max_client_conn: "1000"\n'));
    expect(finding).to.include({ line: 10, column: 5 });
    expect(finding!.message).to.contain('15 s (the default)');
    expect(finding!.change).to.contain('+      server_login_retry: "1"\n');
  });

  it('finds a long one that is set, also by a patch', () => {
    const long = pooler('    parameters:\n      server_login_retry: "10"\n');
    expect(findingsOf(poolerLoginRetry, long)[0]!.change).to.contain('+      server_login_retry: "1"');
    const patch = cnpg('Pooler', 'pool', '  pgbouncer:\n    parameters:\n      server_login_retry: "20"\n');
    expect(linesOf(poolerLoginRetry, long, patch)).to.eql(['2.yaml:9']);
    expect(findingsAfterChange(poolerLoginRetry, long, patch)).to.eql([]);
  });

  it('raises nothing where the Cluster has no second instance to take over', () => {
    const cluster = (instances: number) =>
      cnpg('Cluster', 'pg', `  instances: ${instances}\n  storage: { size: 1Gi }\n`);
    expect(linesOf(poolerLoginRetry, pooler(''), cluster(1))).to.eql([]);
    expect(linesOf(poolerLoginRetry, pooler(''), cluster(2))).to.have.length(1);
  });

  it('raises nothing on a few seconds, number or text', () => {
    expect(linesOf(poolerLoginRetry, pooler('    parameters: { server_login_retry: "1" }\n'))).to.eql([]);
    expect(linesOf(poolerLoginRetry, pooler('    parameters: { server_login_retry: 8 }\n'))).to.eql([]);
  });
});
