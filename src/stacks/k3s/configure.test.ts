import { expect } from 'chai';
import { describe, it } from 'mocha';
import { plannedSettings } from '../cnpg/facts.ts';
import { chooseSettings } from '../cnpg/settings.ts';
import { notInForce } from './configure.ts';

describe('settings of a running stack', () => {
  const planned = plannedSettings(
    chooseSettings({
      timers: 'recommended',
      pooler: { instances: 2, mode: 'transaction', poolSize: 25 },
      settings: { server_login_retry: '17' },
    }),
    'required',
  );
  const found = { ...planned, 'postgresql.synchronous_standby_names': 'ANY 1 ("postgres-2","postgres-3")' };

  it('are in force once all are reported as planned', () => {
    expect(notInForce(planned, found)).to.equal(undefined);
  });

  it('are not while one pooler still has its old value', () => {
    expect(notInForce(planned, { ...found, 'pgbouncer.server_login_retry': '1 s' })).to.equal(
      'pgbouncer.server_login_retry should be 17 s, but is 1 s',
    );
  });

  it('are not while one is not reported at all', () => {
    expect(notInForce(planned, {})).to.match(/ is not reported$/);
  });
});
