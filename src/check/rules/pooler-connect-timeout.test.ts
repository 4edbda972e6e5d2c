import { expect } from 'chai';
import { poolerConnectTimeout } from './pooler-connect-timeout.ts';
import { cnpg, findingsAfterChange, findingsOf, linesOf } from './try-rule.ts';

const pooler = (pgbouncer: string) =>
  cnpg('Pooler', 'pool', `  cluster: { name: pg }\n  pgbouncer:\n    poolMode: transaction\n${pgbouncer}`);

describe('pooler-connect-timeout', () => {
  it('finds the default, a long one, and none', () => {
    for (const [parameters, words] of [
      ['', '15 s (the default)'],
      ['    parameters: { server_connect_timeout: "30" }\n', 'is 30 s:'],
      ['    parameters: { server_connect_timeout: "0" }\n', 'is off:'],
    ] as const) {
      expect(findingsOf(poolerConnectTimeout, pooler(parameters))[0]!.message).to.contain(words);
      expect(findingsAfterChange(poolerConnectTimeout, pooler(parameters))).to.eql([]);
    }
  });

  it('lowers server_login_retry too, where it would hold the pool as long', () => {
    const [held] = findingsOf(poolerConnectTimeout, pooler(''));
    expect(held!.message).to.contain('server_login_retry counts from the start');
    expect(held!.change).to.contain('server_connect_timeout: "3"').and.contain('server_login_retry: "1"');
    const [free] = findingsOf(poolerConnectTimeout, pooler('    parameters:\n      server_login_retry: "2"\n'));
    expect(free!.message).not.to.contain('server_login_retry');
    expect(free!.change).not.to.contain('+      server_login_retry');
  });

  it('raises nothing on a few seconds', () => {
    expect(linesOf(poolerConnectTimeout, pooler('    parameters: { server_connect_timeout: "3" }\n'))).to.eql([]);
  });
});
