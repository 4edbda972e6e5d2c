import { expect } from 'chai';
import { describe, it } from 'mocha';
import { poolSeen } from './pools.ts';

describe('a row of SHOW POOLS', () => {
  it('becomes a line of the journal, its longest wait in µs', () => {
    const row = {
      database: 'myapp_prod',
      user: 'myapp_prod',
      pool_mode: 'transaction',
      cl_active: '3',
      cl_waiting: 37,
    };
    const seen = poolSeen('pooler1', { ...row, sv_active: 2, sv_idle: 1, maxwait: '2', maxwait_us: '250000' });
    expect(seen).to.include({
      pooler: 'pooler1',
      mode: 'transaction',
      clActive: 3,
      clWaiting: 37,
      svActive: 2,
      maxWaitUs: 2_250_000,
    });
  });
});
