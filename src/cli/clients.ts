import { Command } from 'commander';
import { type Adapter, adapters } from '../clients/catalogue.ts';
import { install, isInstalled } from '../clients/install.ts';
import { didYouMean, UsageError } from '../errors.ts';
import { interruptible } from './interrupt.ts';
import { say } from './say.ts';

/** `pgdrill clients`: the adapters of real drivers and pools, and their installation. */
export function clientsCommand(): Command {
  const command = new Command('clients').description(
    'list and install client programs: real drivers and pools for drills',
  );
  command
    .command('list')
    .description('list the adapters with their settings')
    .action(() => {
      for (const adapter of adapters()) say(...described(adapter));
    });
  command
    .command('install')
    .description('install adapters into the cache by their own lock files; this downloads from package registries')
    .argument('<client...>', 'names of adapters, or all')
    .action(async (names: string[]) => {
      await installAll(names);
    });
  return command;
}

function described(adapter: Adapter): string[] {
  const { name, language, library, settings, untried } = adapter;
  const state = untried ?? (isInstalled(adapter) ? 'installed' : 'not installed');
  return [
    `${name} (${language}; ${state}): ${library}`,
    ...Object.entries(settings).map(([key, means]) => `    ${key}: ${means}`),
  ];
}

/** @throws UsageError for a name that is none */
async function installAll(names: readonly string[]): Promise<void> {
  const known = adapters();
  const chosen = names.flatMap((name) => {
    if (name === 'all') return known.filter(({ untried }) => untried === undefined);
    const found = known.find((adapter) => adapter.name === name);
    if (!found)
      throw new UsageError(
        `there is no client ${name}${didYouMean(
          name,
          known.map((one) => one.name),
        )}`,
      );
    return [found];
  });
  await interruptible(async (signal) => {
    for (const adapter of chosen) {
      await install(adapter, (step) => say(`[${adapter.language}] ${step}`), signal);
      say(`${adapter.name} is installed`);
    }
  });
}
