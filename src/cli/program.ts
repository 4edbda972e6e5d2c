/** One command a file; this one puts them together, and turns errors into sentences and exit codes. */
import { Command, CommanderError } from 'commander';
import { exitCodes, PgdrillError } from '../errors.ts';
import { version } from '../project/version.ts';
import { backupsCommand } from './backups.ts';
import { checkCommand } from './check.ts';
import { compareCommand } from './compare.ts';
import { demoCommand } from './demo.ts';
import { doctorCommand } from './doctor.ts';
import { explainCommand } from './explain.ts';
import { healCommand } from './heal.ts';
import { initCommand } from './init.ts';
import { judgeCommand } from './judge.ts';
import { listCommand } from './list.ts';
import { manifestsCommand } from './manifests.ts';
import { planCommand } from './plan.ts';
import { prepareCommand } from './prepare.ts';
import { pruneCommand } from './prune.ts';
import { reportCommand } from './report.ts';
import { runCommand } from './run.ts';
import { schemaCommand } from './schema.ts';
import { settingsCommand } from './settings.ts';
import { studyCommand } from './study.ts';
import { downCommand, upCommand } from './up.ts';
import { watchCommand } from './watch.ts';

const commands = [
  runCommand,
  watchCommand,
  listCommand,
  planCommand,
  settingsCommand,
  judgeCommand,
  reportCommand,
  compareCommand,
  explainCommand,
  studyCommand,
  demoCommand,
  checkCommand,
  manifestsCommand,
  backupsCommand,
  upCommand,
  downCommand,
  healCommand,
  doctorCommand,
  pruneCommand,
  initCommand,
  schemaCommand,
];

/**
 * Does what the words of a command line say.
 * @returns the exit code; what there is to say has been said on standard output and standard error
 */
export async function callProgram(words: readonly string[]): Promise<number> {
  const program = new Command('pgdrill')
    .description('Failover drills for highly available PostgreSQL: what a failover costs, measured from outside.')
    .version(version)
    .showHelpAfterError('(pgdrill --help lists the commands)')
    .exitOverride();
  for (const make of commands) program.addCommand(strict(make()));
  program.addCommand(strict(prepareCommand()), { hidden: true });
  try {
    await program.parseAsync(words, { from: 'user' });
    return Number(process.exitCode ?? exitCodes.pass);
  } catch (error) {
    return present(error);
  }
}

/** A wrong option of a subcommand becomes an error here too, instead of ending the process with code 1. */
function strict(command: Command): Command {
  return command.exitOverride().showHelpAfterError(`(pgdrill ${command.name()} --help lists the options)`);
}

function present(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.pass : exitCodes.refused;
  if (error instanceof PgdrillError) {
    console.error(`pgdrill: ${error.message}`);
    return error.exitCode;
  }
  const detail = error instanceof Error ? error : new Error(String(error));
  console.error(`pgdrill: ${detail.message} (unexpected: a defect of pgdrill; PGDRILL_DEBUG=1 shows where)`);
  if (process.env.PGDRILL_DEBUG) console.error(detail.stack);
  return exitCodes.unknown;
}
