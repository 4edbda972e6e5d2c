/** Notifies others of a drill: before anything is broken, and at its end. */
import { alertmanager } from './alertmanager.ts';
import type { HooksConfig } from './config.ts';
import { grafana } from './grafana.ts';
import type { About, Ending, Hook } from './hook.ts';
import { webhook } from './webhook.ts';

/** The environment's name for the token of Grafana. */
export const grafanaToken = 'PGDRILL_GRAFANA_TOKEN';

/** The hooks that a configuration asks for. */
export const hooksOf = (config: HooksConfig, env: NodeJS.ProcessEnv = process.env): readonly Hook[] => [
  ...(config.webhook ? [webhook(config.webhook)] : []),
  ...(config.alertmanager ? [alertmanager(config.alertmanager)] : []),
  ...(config.grafana ? [grafana(config.grafana, env[grafanaToken])] : []),
];

/** Ends what `startHooks` began. @returns what could not be delivered, a sentence each: a drill is over all the same */
export type EndHooks = (ending: Ending) => Promise<string[]>;

/**
 * Starts all hooks, one after the other.
 * @throws SetupError if a service refuses, after ending those that accepted: a drill without its silence would page people
 */
export async function startHooks(hooks: readonly Hook[], about: About): Promise<EndHooks> {
  const ends: ((ending: Ending, at: Date) => Promise<void>)[] = [];
  const end: EndHooks = async (ending) => {
    const failed: string[] = [];
    for (const one of ends.splice(0).reverse())
      await one(ending, new Date()).catch((error: Error) => failed.push(error.message));
    return failed;
  };
  try {
    for (const hook of hooks) ends.push(await hook.start(about, new Date()));
  } catch (error) {
    await end({ event: 'abort', outcome: 'unknown', sentence: (error as Error).message });
    throw error;
  }
  return end;
}
