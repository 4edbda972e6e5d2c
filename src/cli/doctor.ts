import { Command } from 'commander';
import { checks } from '../doctor/index.ts';
import { exitCodes } from '../errors.ts';
import { say } from './say.ts';

/** `pgdrill doctor`: what drills need, whether it is here, and how to install what is missing. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check prerequisites: what works here, what is missing, how to install it')
    .addHelpText('after', '\nExit code: 0 where at least one stack can run drills here, else 2.')
    .action(async () => {
      let runs = false;
      for (const { name, look } of checks) {
        const finding = await look();
        runs ||= finding.runs ?? false;
        say(`${finding.state.padEnd(7)}  ${name}: ${finding.text}`);
      }
      process.exitCode = runs ? exitCodes.pass : exitCodes.unknown;
    });
}
