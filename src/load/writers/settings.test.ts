import { expect } from 'chai';
import { UsageError } from '../../errors.ts';
import { loadSchema } from '../../scenario/load.ts';
import { profileOf } from './profile.ts';
import { plannedOfClients, withClientSettings, withoutClientSettings } from './settings.ts';

const load = loadSchema.parse({});

describe('the settings of the clients', () => {
  it('client_backoff bounds the wait that doubles', () => {
    const { reconnectMs } = profileOf(withClientSettings(load, { client_backoff: '700' }));
    expect([1, 2, 3, 4, 9].map(reconnectMs)).to.deep.equal([100, 200, 400, 700, 700]);
  });

  it('are those of the profile where nothing is changed: a pool waits 100 ms', () => {
    expect(plannedOfClients(load)).to.deep.equal({ 'clients.client_backoff': '100 ms' });
    expect(plannedOfClients(withClientSettings(load, { client_backoff: '700' }))).to.deep.equal({
      'clients.client_backoff': '700 ms',
    });
    expect(withClientSettings(load, { ttl: '20' })).to.equal(load);
  });

  it('are kept from the stack, which has others', () => {
    expect(withoutClientSettings({ client_backoff: '700', ttl: '20' })).to.deep.equal({ ttl: '20' });
  });

  it('refuse what is not a whole number', () => {
    expect(() => withClientSettings(load, { client_backoff: '2s' })).to.throw(UsageError, '2s');
  });
});
