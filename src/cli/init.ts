import { Command, Option } from 'commander';
import { checkAll } from '../check/check.ts';
import { gather } from '../check/tree/collect.ts';
import { PgdrillError, SetupError } from '../errors.ts';
import { gateOf } from '../init/package-json.ts';
import { knownFindings } from '../init/templates.ts';
import { type CiSystem, checkedFolders, ciSystems, guessCi, outsideRepository, writeProject } from '../init/write.ts';
import { readConfig } from '../project/config.ts';
import { ownCommand } from '../project/own-name.ts';
import { ownSpec } from '../project/own-spec.ts';
import { checkOptionsOf, checkSettings, failureOf } from './check-settings.ts';
import { newSince } from './known-findings.ts';
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
      const manifests = ci === 'none' ? [] : checkedFolders('.');
      // A manifest that cannot be read is the check’s to report: the project is written.
      say(
        ...(await firstCheck(manifests).catch((error: Error) => [`The manifests cannot be checked: ${error.message}`])),
      );
      const gate = gateOf(manifests).replace(/^pgdrill/, ownCommand);
      say(
        `Next: npm install, then ${ownCommand} plan first-drill, npm run drill, and what CI runs: ${gate} (npm run gate)`,
      );
    });
}

/** What the check of the first CI job will say, and how to begin with the findings of today accepted. */
async function firstCheck(manifests: readonly string[]): Promise<string[]> {
  if (manifests.length === 0) return [];
  const settings = checkSettings((await readConfig()).check);
  const { sources, context } = await gather(manifests, process.stdin);
  const checked = checkAll(sources, checkOptionsOf(settings, context, manifests));
  const { findings } = await newSince(settings.baseline, checked);
  const failure = failureOf(settings, findings, sources.length, 'the first CI job');
  if (failure === undefined) return [];
  const check = `${ownCommand} check ${manifests.join(' ')}`;
  return [
    `Today ${failure.replace(/^FAIL check: /, '')}. ${check} shows them.`,
    `To accept them and fail on new ones only: ${check} --write-baseline ${knownFindings}, and check: baseline: in pgdrill.config.yaml (it has the lines, commented).`,
  ];
}
