/** CloudNativePG's settings that may decide how long an outage lasts, with what they may be moved to and what that risks. */
import { pgbouncerTrials, type Trial } from '../../settings/pgbouncer.ts';
import { unitOf } from '../../settings/setting.ts';
import type { Timer } from '../../settings/timer.ts';
import { programOf } from './facts.ts';
import { type Place, settings } from './settings.ts';

const trials: Readonly<Record<string, Trial & Pick<Timer, 'quicker'>>> = {
  ...pgbouncerTrials,
  smart_shutdown_timeout: {
    trials: ['7', '29'],
    risk: 'sessions that would have ended within it are cut',
  },
  lease_duration: {
    trials: ['29', '41'],
    risk: 'a primary that cannot reach the API server for so long is replaced: a hiccup becomes a failover',
    quicker: {
      value: '7',
      with: { lease_renew_deadline: '5', lease_retry_period: '1' },
      risk: 'an API server that does not answer for 5 s stops a healthy primary: first measure how long yours pauses in an upgrade',
    },
  },
  lease_renew_deadline: { trials: ['7', '13'], risk: 'a primary that cannot renew its lease for so long stops' },
  lease_retry_period: { trials: ['1', '5'], risk: 'the API server is asked more often' },
};

const lines: Record<Place, (key: string) => string> = {
  pgbouncer: (key) => `spec.pgbouncer.parameters.${key}: "{}"`,
  cluster: (key) => `spec.${key}: {}`,
  lease: (key) => `spec.primaryLease.${key}: {}`,
  monitoring: (key) => `spec.monitoring.${key}: {}s`,
  postgresql: (key) => `spec.postgresql.parameters.${key}: "{}"`,
  synchronous: (key) => `spec.postgresql.synchronous.${key}: {}`,
};
export const timers: readonly Timer[] = Object.entries(trials).map(([name, { trials, risk, quicker }]) => {
  const { place, key, takes, recommended, default: own } = settings[name]!;
  const line = lines[place](key);
  return {
    name,
    program: programOf[place],
    unit: unitOf(takes),
    recommended: recommended ?? own,
    trials,
    risk,
    line,
    ...(quicker && { quicker }),
  };
});
