/** CloudNativePG's settings that may decide how long an outage lasts, with what they may be moved to and what that risks. */
import type { Timer } from '../stack.ts';
import { programOf } from './facts.ts';
import { type Place, settings } from './settings.ts';

interface Trial {
  readonly trials: readonly string[];
  readonly risk: string;
}

const trials: Readonly<Record<string, Trial>> = {
  server_login_retry: {
    trials: ['2', '7', '37'],
    risk: 'each pooler knocks that much more often while the server is away: one login attempt a second and pool',
  },
  server_connect_timeout: {
    trials: ['3', '7', '23'],
    risk: 'a login that is slow for another reason (a busy server, TLS, DNS) is given up and made again',
  },
  dns_max_ttl: { trials: ['4', '23'], risk: 'more questions to the name server' },
  query_wait_timeout: {
    trials: ['11', '47'],
    risk: 'clients that waited in the queue get an error, which they must be able to retry',
  },
  tcp_user_timeout: { trials: ['3000', '7000'], risk: 'a connection over a network that stalls for so long is cut' },
  smart_shutdown_timeout: {
    trials: ['7', '29'],
    risk: 'sessions that would have ended by themselves within it are cut',
  },
  lease_duration: {
    trials: ['29', '41'],
    risk: 'a primary that cannot reach the API server for so long is replaced: a hiccup becomes a failover',
  },
  lease_renew_deadline: { trials: ['7', '13'], risk: 'a primary that cannot renew its lease for so long stops' },
  lease_retry_period: { trials: ['1', '5'], risk: 'the API server is asked more often' },
};

const lines: Record<Place, (key: string) => string> = {
  pgbouncer: (key) => `spec.pgbouncer.parameters.${key}: "{}"`,
  cluster: (key) => `spec.${key}: {}`,
  lease: (key) => `spec.primaryLease.${key}: {}`,
  postgresql: (key) => `spec.postgresql.parameters.${key}: "{}"`,
};
export const timers: readonly Timer[] = Object.entries(trials).map(([name, { trials, risk }]) => {
  const { place, key, unit, recommended, default: own } = settings[name]!;
  const line = lines[place](key);
  return { name, program: programOf[place], unit, recommended: recommended ?? own, trials, risk, line };
});
