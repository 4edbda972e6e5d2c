import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parse } from 'yaml';
import { topologySchema } from '../../../scenario/topology.ts';
import { planHosts } from '../plan.ts';
import type { Secrets } from '../root/template.ts';
import { chooseSettings } from '../settings.ts';
import { etcdArgv } from './etcd.ts';
import { haproxyConfig } from './haproxy.ts';
import { clusterConfig, patroniYaml } from './patroni.ts';
import { pgbouncerIni } from './pgbouncer.ts';

const topology = topologySchema.parse({ settings: { server_login_retry: '15' } });
const chosen = chooseSettings(topology);
const hosts = planHosts(topology, 3);
const secrets = new Proxy({} as Secrets, { get: (_, name) => `secret-of-${String(name)}` });
const host = (name: string) => hosts.find((candidate) => candidate.name === name)!;

describe('configurations of the lab', () => {
  it('promise in Patroni what the durability says', () => {
    const modes = (durability: 'required' | 'preferred' | 'asynchronous') => {
      const { synchronous_mode: on, synchronous_mode_strict: strict } = clusterConfig({ durability }, chosen);
      return [on, strict];
    };
    expect(modes('required')).to.deep.equal([true, true]);
    expect(modes('preferred')).to.deep.equal([true, false]);
    expect(modes('asynchronous')).to.deep.equal([false, false]);
  });

  it('let any standby confirm commits where that is asked, and none where commits do not wait', () => {
    const any = { ...chosen, synchronous_method: 'any' };
    const modeOf = (durability: 'required' | 'asynchronous') => clusterConfig({ durability }, any).synchronous_mode;
    expect([modeOf('required'), modeOf('asynchronous')]).to.deep.equal(['quorum', false]);
    expect(clusterConfig({ durability: 'required' }, any)).not.to.have.property('synchronous_method');
  });

  it('give Patroni numbers as numbers and switches as switches', () => {
    const { ttl, failsafe_mode: safe } = clusterConfig({ durability: 'required' }, { ...chosen, failsafe_mode: 'on' });
    expect([ttl, safe]).to.deep.equal([20, true]);
    expect(clusterConfig({ durability: 'required' }, chosen).failsafe_mode).to.equal(false);
  });

  it('keep WAL within its disk, where it has one of its own', () => {
    const sizes = (walDiskMegabytes?: number) => {
      const { postgresql } = clusterConfig(
        { durability: 'required', ...(walDiskMegabytes && { walDiskMegabytes }) },
        chosen,
      );
      const { max_wal_size: most, wal_keep_size: kept } = (postgresql as { parameters: Record<string, string> })
        .parameters;
      return [most, kept];
    };
    expect(sizes()).to.deep.equal(['512MB', '256MB']);
    expect(sizes(320)).to.deep.equal(['96MB', '64MB']);
  });

  it('give PostgreSQL times with their unit and numbers without', () => {
    const { postgresql } = clusterConfig({ durability: 'required' }, chosen);
    expect(postgresql)
      .to.have.property('parameters')
      .that.includes({ wal_sender_timeout: '5000ms', reserved_connections: '3' });
  });

  it('let nobody in over the network without SCRAM', () => {
    const { postgresql } = parse(patroniYaml(host('pg1'), hosts, 3, secrets));
    const network = (postgresql.pg_hba as string[]).filter((line) => line.startsWith('host'));
    expect(network).to.have.length(2);
    for (const line of network) expect(line).to.match(/198\.18\.3\.0\/24 scram-sha-256$/);
  });

  it('keep the application’s passwords out of PgBouncer’s files', () => {
    const ini = pgbouncerIni(host('pooler1'), topology.pooler, chosen);
    expect(ini).to.include('auth_type = scram-sha-256').and.include('auth_query');
    expect(ini).to.not.include('secret-of');
  });

  it('say why each timer of PgBouncer is as it is, and when it was chosen for this run', () => {
    const ini = pgbouncerIni(host('pooler1'), topology.pooler, chosen);
    expect(ini).to.match(/; chosen for this run \(recommended: 1\)\nserver_login_retry = 15\n/);
    expect(ini).to.match(/; without it a connection whose peer vanished hangs.*\ntcp_user_timeout = 10000\n/);
  });

  it('make HAProxy ask every instance for its role and end sessions of one that lost it', () => {
    const config = haproxyConfig(hosts, chosen);
    expect(config.match(/server pg\d 198\.18\.3\.2\d:5432 check port 8008/g)).to.have.length(6);
    expect(config).to.include('inter 1000ms fall 2 rise 1 on-marked-down shutdown-sessions');
  });

  it('give each member of etcd the same members, and a socket of its own', () => {
    const argv = etcdArgv(host('etcd2'), hosts, 'abc');
    expect(argv).to.include(
      '--initial-cluster=etcd1=http://198.18.3.11:2380,etcd2=http://198.18.3.12:2380,etcd3=http://198.18.3.13:2380',
    );
    expect(argv.join(' ')).to.include('unix:///run/etcd.sock');
  });
});
