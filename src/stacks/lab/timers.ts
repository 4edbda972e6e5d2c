/** The lab's settings that may decide how long an outage lasts, with what they may be moved to and what that risks. */
import { pgbouncerTrials, type Trial } from '../../settings/pgbouncer.ts';
import { unitOf } from '../../settings/setting.ts';
import type { Timer } from '../../settings/timer.ts';
import { type Program, settings } from './settings.ts';

const trials: Readonly<Record<string, Trial & Pick<Timer, 'least'>>> = {
  ...pgbouncerTrials,
  ttl: {
    trials: ['41', '53', '23'],
    risk: 'a primary that cannot reach etcd for so long is demoted: a hiccup becomes a failover',
    least: '20',
  },
  loop_wait: { trials: ['3', '7', '13'], risk: 'Patroni asks etcd and PostgreSQL more often' },
  retry_timeout: {
    trials: ['4', '7'],
    risk: 'a primary demotes itself when etcd is away for so long',
  },
  haproxy_inter: { trials: ['500', '3500'], risk: 'Patroni is asked for its role more often' },
  haproxy_fall: { trials: ['1', '7'], risk: 'fewer lost checks are enough to cut all sessions' },
  haproxy_rise: { trials: ['1', '5'], risk: 'none: Patroni’s answer is already sure' },
  haproxy_timeout_connect: { trials: ['1300', '11000'], risk: 'an instance that is slow to accept is skipped' },
};

const lines: Record<Program, (name: string) => string> = {
  pgbouncer: (name) => `${name} = {}`,
  patroni: (name) => `${name}: {}`,
  haproxy: (name) => haproxyLines[name]!,
  postgresql: (name) => `${name} = {}`,
  archiving: (name) => `${name} = {}`,
};
const haproxyLines: Readonly<Record<string, string>> = {
  haproxy_inter: 'default-server inter {}ms',
  haproxy_fall: 'default-server fall {}',
  haproxy_rise: 'default-server rise {}',
  haproxy_timeout_connect: 'timeout connect {}ms',
};

export const timers: readonly Timer[] = Object.entries(trials).map(([name, { trials, risk, least }]) => {
  const { program, takes, recommended, default: own } = settings[name]!;
  const unit = unitOf(takes);
  return {
    name,
    program,
    unit,
    recommended: recommended ?? own,
    trials,
    risk,
    line: lines[program](name),
    ...(least && { least }),
  };
});
