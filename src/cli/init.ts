import { Command, Option } from 'commander';
import { SetupError } from '../errors.ts';
import { type CiSystem, ciSystems, guessCi, writeProject } from '../init/write.ts';
import { ownCommand } from '../project/own-name.ts';

/** `pgdrill init`: a first scenario, the configuration and a recipe for CI in the current folder. */
export function initCommand(): Command {
  return new Command('init')
    .description('write a first scenario, a configuration and a CI recipe into this folder; no file is overwritten')
    .addOption(new Option('--ci <system>', 'whose recipe to write; absent: by what is there').choices([...ciSystems]))
    .action(async ({ ci = guessCi('.') }: { ci?: CiSystem }) => {
      const written = await writeProject('.', ci).catch((error: Error) => {
        throw new SetupError(`this folder cannot be written to: ${error.message}`);
      });
      for (const { file, kept } of written) console.log(`${kept ? 'kept, as it was there' : 'wrote'}  ${file}`);
      console.log(`Next: ${ownCommand} plan first-drill, then ${ownCommand} run first-drill`);
    });
}
