/** What `--with` may change of the clients, on every stack, and `explain` may move as it moves the stack’s own timers. */

import type { Load } from '../../scenario/load.ts';
import { refuseSettings } from '../../settings/choose.ts';
import { type Knobs, milliseconds } from '../../settings/setting.ts';
import type { Timer } from '../../settings/timer.ts';

/** Settings by name, as `Stack.settings`. */
export const clientSettings: Knobs = {
  client_backoff: {
    takes: milliseconds(),
    help: 'clients, default 100 ms: the longest wait of a client between two attempts to connect; the first wait is 100 ms, each further one twice as long',
  },
};

export const clientTimers: readonly Timer[] = [
  {
    name: 'client_backoff',
    program: 'clients',
    unit: 'ms',
    recommended: '1000',
    trials: ['300', '17000'],
    line: 'longest wait between two attempts to connect: {} ms',
    risk: 'more attempts to connect while the service is away: with 1 s, one a second from each client',
  },
];

/** The settings in force, by `program.name`, as `StackFacts.settings`. */
export const plannedOfClients = ({ profile, reconnectMs, backoffMostMs }: Load): Readonly<Record<string, string>> => ({
  'clients.client_backoff': `${profile === 'backoff' ? backoffMostMs : reconnectMs} ms`,
});

export const isOfClients = (name: string): boolean => Object.hasOwn(clientSettings, name);

/**
 * The load with those of the settings that are the clients’.
 * @throws UsageError for a value that the setting does not take
 */
export function withClientSettings(load: Load, settings: Readonly<Record<string, string>>): Load {
  const { client_backoff: most } = settings;
  if (most === undefined) return load;
  refuseSettings('the clients', clientSettings, { client_backoff: most });
  return { ...load, profile: 'backoff', backoffMostMs: Number(most) };
}

/** The others: the stack’s. */
export const withoutClientSettings = (settings: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => !isOfClients(name)));
