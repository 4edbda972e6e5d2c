/** From a client of a scenario to the command that runs it. */
import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { didYouMean, UsageError } from '../errors.ts';
import type { ClientCommandLine } from '../load/programs/fleet.ts';
import { ownCommand } from '../project/own-name.ts';
import { type ClientUse, clientUses } from '../scenario/client-use.ts';
import type { Load } from '../scenario/load.ts';
import { type Adapter, adapters } from './catalogue.ts';
import { isInstalled } from './install.ts';

/**
 * The client programs of a load.
 * @throws UsageError for one that is not valid
 */
export function usesOf({ clients }: Pick<Load, 'clients'>): ClientUse[] {
  return clientUses(clients).map((use) => {
    if (typeof use === 'string') throw new UsageError(`the client ${use}`);
    return use;
  });
}

/**
 * The command of a client program.
 * @throws UsageError where there is no such adapter or executable, and where it is not installed
 */
export function commandOf({ use, settings }: ClientUse, known: readonly Adapter[] = adapters()): ClientCommandLine {
  if (use.includes('/')) return { uses: use, argv: [executable(use)] };
  const adapter = known.find(({ name }) => name === use);
  if (!adapter)
    throw new UsageError(
      `there is no client ${use}${didYouMean(
        use,
        known.map(({ name }) => name),
      )}; a program of your own is named by a path: ./${use}`,
    );
  for (const setting of Object.keys(settings))
    if (!Object.hasOwn(adapter.settings, setting))
      throw new UsageError(
        `the client ${use} has no setting ${setting}${didYouMean(setting, Object.keys(adapter.settings))}`,
      );
  if (!isInstalled(adapter))
    throw new UsageError(`the client ${use} is not installed; run ${ownCommand} clients install ${use}`);
  return { uses: use, argv: adapter.run };
}

function executable(path: string): string {
  const file = resolve(path);
  try {
    if (!statSync(file).isFile()) throw new Error('it is not a file');
    accessSync(file, constants.X_OK);
    return file;
  } catch (error) {
    const why =
      (error as NodeJS.ErrnoException).code === 'EACCES' ? 'it may not be executed' : (error as Error).message;
    throw new UsageError(`the client program ${path} cannot be run: ${why}; expected an executable file`);
  }
}
