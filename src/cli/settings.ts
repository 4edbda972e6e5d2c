import { Command } from 'commander';
import { clientSettings } from '../load/writers/settings.ts';
import { readConfig } from '../project/config.ts';
import { describe } from '../settings/choose.ts';
import type { Knobs } from '../settings/setting.ts';
import { loadStack } from '../stacks/index.ts';
import { stackOption } from './options.ts';
import { say } from './say.ts';

/** `pgdrill settings`: what `--with` can change on a stack. */
export function settingsCommand(): Command {
  return new Command('settings')
    .description('list the settings that --with can change on a stack, and the values that each takes')
    .addOption(stackOption())
    .action(async (options: { stack?: string }) => {
      const { stack: kind } = await readConfig(options);
      // An existing cluster keeps its settings: --with changes only the clients.
      const ofStack = kind === 'cluster' ? {} : (await loadStack(kind)).settings;
      say(...linesOf({ ...ofStack, ...clientSettings }));
    });
}

function linesOf(knobs: Knobs): string[] {
  const width = Math.max(...Object.keys(knobs).map((name) => name.length));
  return Object.entries(knobs).map(([name, { takes, help }]) => {
    return `${name.padEnd(width)}  ${help} (takes ${describe(takes)})`;
  });
}
