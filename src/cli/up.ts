import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { SetupError } from '../errors.ts';
import { findScenario } from '../project/catalogue.ts';
import { parseAssignments, readConfig } from '../project/config.ts';
import { topologySchema } from '../scenario/topology.ts';
import { loadStack } from '../stacks/index.ts';
import { interruptible } from './interrupt.ts';
import { manifestsOption, stackOption, withOption } from './options.ts';
import { refuseWrongSettings } from './refuse-settings.ts';
import { say } from './say.ts';
import { stackOf } from './stack.ts';

interface UpOptions {
  readonly stack?: string;
  readonly manifests?: readonly string[];
  readonly with: readonly string[];
}

/** `pgdrill up`: a stack to look around in, which stays until `pgdrill down`. */
export function upCommand(): Command {
  return new Command('up')
    .description('open a stack to look around in, and keep it until pgdrill down')
    .argument(
      '[scenario]',
      'scenario whose topology the stack gets, for pgdrill run --on (default: the usual topology)',
    )
    .addOption(stackOption())
    .addOption(manifestsOption())
    .addOption(withOption())
    .action(async (name: string | undefined, options: UpOptions) => {
      const config = await readConfig({ stack: options.stack, manifests: options.manifests });
      const stack = await stackOf(config);
      const settings = { ...config.with, ...parseAssignments(options.with) };
      const shape =
        name === undefined ? topologySchema.parse({}) : (await findScenario(config.scenarios, name)).scenario.topology;
      refuseWrongSettings(stack, settings, [shape]);
      const missing = await stack.unavailable();
      if (missing) throw new SetupError(missing);
      const folder = await mkdtemp(join(tmpdir(), 'pgdrill-up-'));
      const asked = { ...shape, settings: { ...shape.settings, ...settings } };
      const topology = (await stack.adopt?.(asked)) ?? asked;
      const sinceMs = performance.now();
      const progress = (line: string) =>
        say(`${((performance.now() - sinceMs) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
      const open = await interruptible((signal) => stack.open({ topology, folder, signal, progress, keep: true }));
      const hints = open.hints().map((hint) => `  ${hint}`);
      say(
        '',
        `${stack.kind} ${open.id} is up after ${((performance.now() - sinceMs) / 1_000).toFixed(1)} s; try:`,
        ...hints,
        'End it with: pgdrill down',
      );
      // The connections of an open stack would keep this process alive; the stack itself needs it no longer.
      process.exit(0);
    });
}

/** `pgdrill down`: removes what `up` keeps. */
export function downCommand(): Command {
  return new Command('down')
    .description('remove the stacks that pgdrill up keeps')
    .addOption(stackOption())
    .action(async (options: { stack?: string }) => {
      const { stack: kind } = await readConfig({ stack: options.stack });
      const stack = await loadStack(kind);
      const ids = await stack.kept();
      for (const id of ids) {
        await stack.remove(id);
        say(`removed ${kind} ${id}`);
      }
      if (ids.length === 0) say(`no ${kind} stack is kept`);
    });
}
