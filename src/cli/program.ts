/** Puts the commands together, and turns errors into sentences and exit codes. */
import { Command, CommanderError, Option } from 'commander';
import { exitCodes, PgdrillError } from '../errors.ts';
import { type Level, levels, setSinkOutsideRuns } from '../log/log.ts';
import { showOnTerminal, terminalSink } from '../log/terminal.ts';
import { ownName } from '../project/own-name.ts';
import { version } from '../project/version.ts';
import { commands } from './commands.ts';
import { warn, warnText } from './say.ts';
import { remember } from './words.ts';

/**
 * Does what the words of a command line say.
 * @returns the exit code; standard output and standard error hold everything else
 */
export async function callProgram(words: readonly string[]): Promise<number> {
  const program = new Command(ownName)
    .description('Failover drills for highly available PostgreSQL: what a failover costs, measured from outside.')
    .version(version)
    .addOption(new Option('--log-level <level>', 'also show the harness’s log on standard error').choices([...levels]))
    .showHelpAfterError(`(${ownName} --help lists the commands)`)
    .exitOverride()
    .configureOutput({ writeErr: warnText })
    .hook('preAction', (_, command) => {
      showOnTerminal(command.optsWithGlobals<{ logLevel?: Level }>().logLevel);
      setSinkOutsideRuns(terminalSink);
    });
  remember(words);
  try {
    const called = words.find((word, i) => !word.startsWith('-') && word !== 'help' && words[i - 1] !== '--log-level');
    for (const [name, { summary, hidden, load }] of Object.entries(commands)) {
      const command = name === called ? strict(await load(callProgram)) : new Command(name).description(summary);
      program.addCommand(command.summary(summary), { hidden: hidden ?? false });
    }
    await program.parseAsync(words, { from: 'user' });
    return Number(process.exitCode ?? exitCodes.pass);
  } catch (error) {
    return present(error);
  }
}

/** A wrong option of a subcommand becomes an error here too, instead of ending the process with code 1. */
function strict(command: Command): Command {
  return command
    .exitOverride()
    .configureOutput({ writeErr: warnText })
    .showHelpAfterError(`(${ownName} ${command.name()} --help lists the options)`);
}

function present(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.pass : exitCodes.refused;
  if (error instanceof PgdrillError) {
    if (error.message) warn(error.message);
    return error.exitCode;
  }
  const detail = error instanceof Error ? error : new Error(String(error));
  warn(`${detail.message} (unexpected: a defect of pgdrill; PGDRILL_DEBUG=1 shows where)`);
  if (process.env.PGDRILL_DEBUG) warnText(detail.stack ?? '');
  return exitCodes.unknown;
}
