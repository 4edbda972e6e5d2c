import { Command, Option } from 'commander';
import { PgdrillError, SetupError } from '../errors.ts';
import { type CiSystem, ciSystems, guessCi, outsideRepository, writeProject } from '../init/write.ts';
import { ownCommand } from '../project/own-name.ts';
import { ownSpec } from '../project/own-spec.ts';
import { say } from './say.ts';

/** `pgdrill init`: a first scenario, the configuration and a recipe for CI in the current folder. */
export function initCommand(): Command {
  return new Command('init')
    .description('write a first scenario, a configuration and a CI recipe; existing files are kept')
    .addOption(
      new Option('--ci <system>', 'which recipe to write (default: gitlab beside .gitlab-ci.yml, else github)').choices(
        [...ciSystems],
      ),
    )
    .action(async ({ ci }: { ci?: CiSystem }) => {
      const written = await writeProject('.', ci ?? guessCi('.'), ownSpec('.')).catch((error: Error) => {
        if (error instanceof PgdrillError) throw error;
        throw new SetupError(`this folder cannot be written to: ${error.message}`);
      });
      for (const { file, done } of written) say(`${done.padEnd(8)}  ${file}`);
      if (written.some(({ file, done }) => file.endsWith('.gitlab-ci.yml') && done === 'kept'))
        say('To run the drills in your pipeline, add to .gitlab-ci.yml: include: [{ local: .gitlab/ci/pgdrill.yml }]');
      const outside = outsideRepository('.');
      if (outside && ci !== 'none')
        say(
          `CI cannot install pgdrill from ${outside}, which is outside this repository: put the packed tarball into the repository and name it, npm install --save-dev ./vendor/<tarball>`,
        );
      say(`Next: npm install, then ${ownCommand} plan first-drill and npm run drill`);
    });
}
