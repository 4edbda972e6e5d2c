import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { parseAssignments, readConfig } from '../config.ts';
import { SetupError } from '../errors.ts';
import { topologySchema } from '../scenario.ts';
import { loadStack } from '../stacks/index.ts';
import { interruptible } from './interrupt.ts';
import { stackOption, withOption } from './options.ts';
import { refuseUnknownSettings } from './settings.ts';

/** `pgdrill up`: a stack to look around in, until Ctrl-C or `pgdrill down`. */
export function upCommand(): Command {
  return new Command('up')
    .description('open a stack and keep it until Ctrl-C (or pgdrill down), to look around in')
    .addOption(stackOption())
    .addOption(withOption())
    .action(async (options: { stack?: string; with: readonly string[] }) => {
      const config = await readConfig({ stack: options.stack });
      const stack = await loadStack(config.stack);
      const settings = { ...config.with, ...parseAssignments(options.with) };
      refuseUnknownSettings(stack, settings);
      const missing = await stack.unavailable();
      if (missing) throw new SetupError(missing);
      const folder = await mkdtemp(join(tmpdir(), 'pgdrill-up-'));
      await interruptible(async (signal) => {
        const topology = topologySchema.parse({ settings });
        await using open = await stack.open({ topology, folder, signal, progress: console.log });
        console.log(
          `\n${stack.kind} ${open.id} is up; try:\n${open
            .hints()
            .map((hint) => `  ${hint}`)
            .join('\n')}\nCtrl-C ends it.`,
        );
        await ended(signal);
      });
    });
}

/** `pgdrill down`: ends what `up` keeps. */
export function downCommand(): Command {
  return new Command('down')
    .description('end the stacks that `pgdrill up` keeps')
    .addOption(stackOption())
    .action(async (options: { stack?: string }) => {
      const { stack: kind } = await readConfig({ stack: options.stack });
      const stack = await loadStack(kind);
      const ids = await stack.running();
      for (const id of ids) {
        console.log(`removing ${kind} ${id}`);
        await stack.remove(id);
      }
      if (ids.length === 0) console.log(`no ${kind} stack is up`);
    });
}

/** Resolves when the signal is aborted; keeps the process alive until then. */
function ended(signal: AbortSignal): Promise<void> {
  const alive = setInterval(() => {}, 60_000);
  return new Promise((resolve) => {
    const done = () => {
      clearInterval(alive);
      resolve();
    };
    if (signal.aborted) done();
    else signal.addEventListener('abort', done, { once: true });
  });
}
