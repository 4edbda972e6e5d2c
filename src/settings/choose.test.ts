import { expect } from 'chai';
import { describe, it } from 'mocha';
import { UsageError } from '../errors.ts';
import { settings as ofCnpg } from '../stacks/cnpg/settings.ts';
import { settings as ofLab } from '../stacks/lab/settings.ts';
import { describe as inWords, knobs, refuseSettings } from './choose.ts';
import { pgbouncerSettings } from './pgbouncer.ts';
import type { Setting } from './setting.ts';
import { seconds, words } from './setting.ts';

const refused = (name: string, value: string) => () => refuseSettings('the lab', ofLab, { [name]: value });

describe('the values of a setting', () => {
  it('are refused with what is expected, what came, and what to write', () => {
    expect(refused('server_login_retry', '15s')).to.throw(
      UsageError,
      'the setting server_login_retry takes a whole number of s, but 15s was given: write server_login_retry=15',
    );
    expect(refused('tcp_user_timeout', '3s')).to.throw(UsageError, 'write tcp_user_timeout=3000');
  });

  for (const [name, value] of [
    ['server_login_retry', '-1'],
    ['server_login_retry', '1e3'],
    ['server_login_retry', '0x10'],
    ['server_login_retry', '1.5'],
    ['server_login_retry', ''],
    ['server_login_retry', ' 1'],
    ['server_login_retry', '99999999999'],
    ['server_fast_close', '2'],
    ['server_fast_close', 'yes'],
    ['tcp_keepcnt', '128'],
    ['tcp_keepidle', '32768'],
    ['pool_mode', 'statement'],
    ['failsafe_mode', 'true'],
    ['haproxy_fall', '0'],
    ['synchronous_node_count', '0'],
    ['reserved_connections', '197'],
    ['archive_mode', 'off'],
  ] as const)
    it(`refuses ${name}=${JSON.stringify(value)}`, () => expect(refused(name, value)).to.throw(UsageError, 'takes'));

  it('are shown without the control characters of a terminal', () => {
    expect(refused('pool_mode', '\u001b[2J')).to.throw(UsageError, '"\\u001b[2J"');
    expect(refused('\u001b[2J', '1')).to.throw(UsageError, 'no setting "\\u001b[2J"');
  });

  it('refuses a name that every object has', () => {
    expect(refused('constructor', '1')).to.throw(UsageError, 'the lab has no setting constructor');
  });

  it('have a range in words', () => {
    expect(inWords(seconds({ least: 20 }))).to.equal('a whole number of s, 20 or more');
    expect(inWords(seconds({ most: 9 }))).to.equal('a whole number of s from 0 to 9');
    expect(inWords(words('on', 'off'))).to.equal('on or off');
  });
});

describe('the tables of settings', () => {
  for (const [stack, table] of Object.entries<Readonly<Record<string, Setting>>>({ lab: ofLab, cnpg: ofCnpg }))
    it(`of ${stack} take their own defaults and recommendations`, () => {
      for (const [name, { default: own, recommended = own }] of Object.entries(table))
        for (const value of [own, recommended])
          expect(() => refuseSettings(stack, table, { [name]: value }), name).not.to.throw();
    });

  it('have one row of PgBouncer for both stacks', () => {
    for (const [name, { takes, default: own }] of Object.entries<Setting>(pgbouncerSettings)) {
      expect(ofLab[name], name).to.deep.include({ takes, default: own });
      if (name !== 'tcp_keepalive') expect(ofCnpg[name], name).to.deep.include({ takes, default: own, key: name });
    }
  });

  it('give a line of help for each setting', () => {
    const { ttl } = knobs(ofLab, ({ program }) => program);
    expect(ttl!.help).to.match(/^patroni, default 30 s: the leader’s key expires/);
  });
});
