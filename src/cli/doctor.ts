import { Command } from 'commander';
import { exitCodes } from '../errors.ts';
import { loadStack, stackKinds } from '../stacks/index.ts';

/** `pgdrill doctor`: what each stack needs, and the command that installs what is missing. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('say what is there, what is missing, and how to install it')
    .action(async () => {
      console.log(`ok       Node.js ${process.version}`);
      let usable = 0;
      for (const kind of stackKinds.filter((kind) => kind !== 'cluster')) {
        const missing = await (await loadStack(kind)).unavailable();
        if (!missing) usable++;
        console.log(missing ? `missing  stack ${kind}: ${missing}` : `ok       stack ${kind}`);
      }
      process.exitCode = usable > 0 ? exitCodes.pass : exitCodes.unknown;
    });
}
