/** What runs on each kind of host: its configuration files and the script that its init runs. */
import { adminAccount, storeFiles } from './backup/store.ts';
import { etcdArgv } from './config/etcd.ts';
import { haproxyConfig } from './config/haproxy.ts';
import { patroniYaml } from './config/patroni.ts';
import { pgbouncerIni, pgbouncerUsers } from './config/pgbouncer.ts';
import { pgbouncerSocketFolder, postgresSocketFolder } from './config/places.ts';
import type { Lab } from './lab.ts';
import { type HostPlan, ports } from './plan.ts';

/** The host's files under /etc/pgdrill, `init` among them. */
export function configFiles(host: HostPlan, lab: Lab): Record<string, string> {
  const { topology, chosen, secrets } = lab;
  const { id, hosts, network } = lab.state;
  switch (host.kind) {
    case 'etcd':
      return { init: initScript([service('etcd', etcdArgv(host, hosts, id))]) };
    case 'postgres':
      return {
        init: initScript([
          `install -d -o postgres -g postgres ${postgresSocketFolder} /var/log/pgdrill`,
          // PostgreSQL inherits this output; Patroni writes a log of its own.
          service('postgresql', asPostgres('patroni', '/etc/pgdrill/patroni.yml')),
        ]),
        'patroni.yml': patroniYaml(host, hosts, network, secrets),
        ...(topology.archiving && storeFiles(adminAccount(secrets))),
      };
    case 'pooler':
      return {
        init: initScript([
          `install -d -o postgres -g postgres ${pgbouncerSocketFolder}`,
          service('pgbouncer', asPostgres('pgbouncer', '/etc/pgdrill/pgbouncer.ini')),
        ]),
        'pgbouncer.ini': pgbouncerIni(host, topology.pooler, chosen),
        'users.txt': pgbouncerUsers(secrets),
      };
    case 'haproxy':
      return {
        init: initScript([service('haproxy', ['haproxy', '-db', '-f', '/etc/pgdrill/haproxy.cfg'])]),
        'haproxy.cfg': haproxyConfig(hosts, chosen),
      };
    case 'minio':
      return {
        init: initScript([
          `export MINIO_ROOT_USER=minio MINIO_ROOT_PASSWORD=${secrets.minio} MINIO_UPDATE=off MINIO_BROWSER=off`,
          service('minio', [
            'minio',
            'server',
            '--quiet',
            '--address',
            `${host.address}:${ports.minio}`,
            '/var/lib/pgdrill/minio',
          ]),
        ]),
      };
    // The host of a restore is laid out when there is something to restore.
    case 'restore':
    case 'clients':
      return {};
  }
}

/** /etc/hosts of every host: programs and logs name each other. */
export const hostsFile = (hosts: readonly HostPlan[]): string =>
  ['127.0.0.1 localhost', ...hosts.map(({ name, address }) => `${address} ${name}`), ''].join('\n');

const asPostgres = (...argv: string[]): string[] => [
  'setpriv',
  '--reuid=postgres',
  '--regid=postgres',
  '--init-groups',
  ...argv,
];

const service = (name: string, argv: readonly string[]): string =>
  `${argv.join(' ')} >> /var/log/pgdrill/${name}.log 2>&1 &`;

/**
 * Process 1 of a host: starts its service, then adopts and reaps what the service leaves behind. It restarts nothing:
 * a program that a fault killed stays dead until the host is started again, unless its own manager restarts it.
 */
export const initScript = (lines: readonly string[]): string => `#!/bin/sh
${lines.join('\n')}
sleep infinity &
while :; do wait; done
`;
