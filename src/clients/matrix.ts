/** The drills of a matrix of client programs: one for each fault, path and choice of settings. */
import type { FaultKind } from '../faults/index.ts';
import { proposalFor, settingsIn } from '../measure/clients/proposals.ts';
import type { Levels } from '../scenario/cells.ts';
import { type ClientPath, type ClientUse, clientPaths } from '../scenario/client-use.ts';
import { defineScenario, type Scenario } from '../scenario/index.ts';
import { usesOf } from './find.ts';

/** `pooler` is PgBouncer in transaction mode, as the topology has it. */
export const matrixPaths = [...clientPaths, 'pooler-session'] as const;
/** Settings as the clients are named, or with those that are proposed for the path over them. */
export const variants = ['default', 'proposed'] as const;
const suffix = '-proposed';

/** In session mode each connection of a client holds one of the server: room for ten programs with ten connections each. */
const poolSize = 60;

/**
 * The levels of a cell. Both choices of settings write side by side in one run, so that a fault meets them alike. Where only the
 * default is asked for they are left out: runs that were made before there was a choice stay.
 */
export const cellLevels = (path: string, chosen: readonly string[], fault: string): Levels => ({
  path,
  ...(chosen.join() === 'default' ? {} : { settings: chosen.join('+') }),
  fault,
});

/** A program of such a run: as which client it was named, and with which settings. */
export const variantOf = (name: string, { settings = 'default' }: Levels): { client: string; variant: string } =>
  settings !== 'default' && name.endsWith(suffix)
    ? { client: name.slice(0, -suffix.length), variant: 'proposed' }
    : { client: name, variant: 'default' };

/** The drill of a cell: clients have time to come back while it is still broken, and to get stuck once it is healed. */
export function drillOf(
  clients: readonly string[],
  { path: where, settings = 'default', fault: word }: Levels,
): Scenario {
  const fault = word as FaultKind;
  const isSession = where === 'pooler-session';
  const path = (isSession ? 'pooler' : where) as ClientPath;
  const proposed = (use: ClientUse): ClientUse => ({
    ...use,
    name: `${use.name}${suffix}`,
    settings: { ...use.settings, ...settingsIn(proposalFor(use.use, where!)) },
  });
  return defineScenario({
    name: `drivers-${fault}`,
    asks: `Which clients come back after ${fault} on the path ${where}, and when?`,
    needs: [fault],
    topology: {
      ...{ instances: 3, durability: 'required', pooler: { poolSize } },
      ...(isSession && { settings: { pool_mode: 'session' } }),
    },
    load: {
      ...{ writers: 8, ratePerSecond: 20, probeEveryMs: 50 },
      clients: usesOf({ clients: [...clients] })
        .flatMap((use) => settings.split('+').map((one) => (one === 'proposed' ? proposed(use) : use)))
        .map((use) => ({
          ...use,
          path,
          workers: Math.min(use.workers, 10),
          ratePerSecond: Math.min(use.ratePerSecond, 10),
        })),
    },
    limits: { stuckClients: { max: 0 }, undeclaredLosses: { max: 0 } },
    async drill({ hold, primary, inject, recovered, settled }) {
      await hold('8s', 'a steady state to compare with');
      const broken = await inject(fault as 'crash', await primary());
      await recovered({ within: '4m' });
      await hold('16s', 'clients come back while what broke is still broken');
      await broken.heal();
      await settled({ within: '3m' });
      await hold('13s', 'clients that get stuck now show it');
    },
  });
}
