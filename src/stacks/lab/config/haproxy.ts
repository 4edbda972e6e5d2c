/** HAProxy: sends writes to whom Patroni calls the primary, reads to standbys, and clients to either pooler. */
import { type HostPlan, ofKind, ports } from '../plan.ts';
import type { Chosen } from '../settings.ts';

export const haproxySocket = '/run/haproxy.sock';

/** Names of the proxies in `show stat`. */
export const proxies = { readWrite: 'primary', readOnly: 'standbys', poolers: 'poolers' } as const;

export function haproxyConfig(hosts: readonly HostPlan[], chosen: Chosen): string {
  const checks = `inter ${chosen.haproxy_inter}ms fall ${chosen.haproxy_fall} rise ${chosen.haproxy_rise}`;
  const instances = ofKind(hosts, 'postgres').map(
    ({ name, address }) => `    server ${name} ${address}:${ports.postgres} check port ${ports.patroni}`,
  );
  const poolers = ofKind(hosts, 'pooler').map(
    ({ name, address }) => `    server ${name} ${address}:${ports.pgbouncer} check`,
  );
  return `global
    stats socket ${haproxySocket} mode 600 level operator
    stats timeout 1h
    log stdout format iso daemon
    maxconn 4000

defaults
    mode tcp
    log global
    option log-health-checks
    timeout connect ${chosen.haproxy_timeout_connect}ms
    # As long as a pooler's idle server connection may live: HAProxy must not be the one who ends it.
    timeout client 1h
    timeout server 1h
    timeout check 1s

listen ${proxies.readWrite}
    bind :${ports.readWrite}
    option httpchk OPTIONS /primary
    http-check expect status 200
    # A server that is no longer the primary must not keep sessions that think it is.
    default-server ${checks} on-marked-down shutdown-sessions
${instances.join('\n')}

listen ${proxies.readOnly}
    bind :${ports.readOnly}
    balance leastconn
    option httpchk OPTIONS /replica
    http-check expect status 200
    default-server ${checks} on-marked-down shutdown-sessions
${instances.join('\n')}

listen ${proxies.poolers}
    bind :${ports.poolers}
    balance leastconn
    default-server ${checks} on-marked-down shutdown-sessions
${poolers.join('\n')}
`;
}
