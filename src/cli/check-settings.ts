/** What `check` and `ci` have in common: which rules run, and the exit code. */
import { existsSync } from 'node:fs';
import type { Checked, CheckOptions } from '../check/check.ts';
import { type Finding, type Rule, severities } from '../check/finding.ts';
import { rules as allRules } from '../check/rules/index.ts';
import { type FailLevel, failsAt, selected } from '../check/selection.ts';
import type { Source } from '../check/text/source.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { counted } from '../measure/measured.ts';
import type { Config } from '../project/config.ts';
import { configFile } from '../project/config-file.ts';

/** Options of the command line, which override the configuration. */
interface Flags {
  readonly rule?: readonly string[];
  readonly skip?: readonly string[];
  readonly failOn?: FailLevel;
  readonly cnpgVersion?: string;
  readonly baseline?: string;
}
export interface CheckSettings {
  readonly rules: readonly Rule[];
  /** Whether the command line names them. */
  readonly areRulesNamed: boolean;
  readonly failOn: FailLevel;
  readonly cnpgVersion: string | undefined;
  readonly baseline: string | undefined;
}

/** The section `check` where no configuration says anything. */
const unconfigured: Config['check'] = { rules: [], skip: [], severities: {}, failOn: 'warning' };

/**
 * The section `check` of the configuration. Its schema takes a tenth of the memory of a check, and is loaded only where a
 * file or the environment says something.
 */
export async function checkConfig(env: NodeJS.ProcessEnv = process.env): Promise<Config['check']> {
  const isSaid = existsSync(configFile) || Object.keys(env).some((name) => name.startsWith('PGDRILL_'));
  if (!isSaid) return unconfigured;
  const { readConfig } = await import('../project/config.ts');
  return (await readConfig({}, env)).check;
}

/**
 * @param config the section `check` of the configuration
 * @throws UsageError for a rule that does not exist, and for a version that is not one
 */
export function checkSettings(config: Config['check'], flags: Flags = {}): CheckSettings {
  const { rule = [], skip = [] } = flags;
  return {
    rules: selected(allRules, {
      only: rule.length > 0 ? rule : config.rules,
      skip: [...skip, ...config.skip],
      severities: config.severities,
    }),
    areRulesNamed: rule.length > 0,
    failOn: flags.failOn ?? config.failOn,
    cnpgVersion: versionOf(flags.cnpgVersion ?? config.cnpgVersion),
    baseline: flags.baseline ?? config.baseline,
  };
}

/**
 * @param context files beside those that are judged, which objects may refer to
 * @param named what the user named on the command line
 */
export const checkOptionsOf = (
  { rules, areRulesNamed, cnpgVersion }: CheckSettings,
  context: readonly Source[] | undefined,
  named: readonly string[] = [],
): CheckOptions => ({
  nowMs: Date.now(),
  rules,
  areRulesNamed,
  ...(named.length > 0 && !named.includes('-') ? { paths: named } : {}),
  ...(context ? { context } : {}),
  ...(cnpgVersion ? { cnpgVersion } : {}),
});

function versionOf(text: string | undefined): string | undefined {
  if (text === undefined || /^\d+\.\d+(?:\.\d+)?$/.test(text)) return text;
  throw new UsageError(`expected a version of CloudNativePG such as 1.28, but got ${text}.`);
}

/** Where a file with CloudNativePG's objects is not YAML and nothing else was judged, the check has not been made. */
export function refuseBroken({ broken, objects, notes }: Checked, sources: readonly Source[]): void {
  const unread = notes.filter(({ text }) => text.includes(': expected YAML, but: '));
  if (objects > 0 || unread.length === 0) return;
  if (broken.length > 0 || unread.length === sources.length) throw new UsageError(broken[0] ?? unread[0]!.text);
}

/**
 * Why the command fails, for the last line of what it prints; undefined where no finding is at the level that fails.
 * @param what fails: `this job`, `the check`
 */
export function failureOf(
  { failOn }: CheckSettings,
  findings: readonly Finding[],
  files: number,
  what: string,
): string | undefined {
  const failing = findings.filter((finding) => failsAt(failOn, [finding]));
  if (failing.length === 0) return undefined;
  const counts = severities
    .map((severity) => ({ severity, n: failing.filter((finding) => finding.severity === severity).length }))
    .filter(({ n }) => n > 0)
    .map(({ severity, n }) => (severity === 'info' ? `${n} for information` : counted(n, severity)));
  const verb = failing.length === 1 ? 'fails' : 'fail';
  return `FAIL check: ${counts.join(', ')} in ${counted(files, 'file')} ${verb} ${what} (fail-on: ${failOn})`;
}

/** Files that are broken and findings at the level that fails each have a code of their own. */
export function codeOf({ failOn }: CheckSettings, findings: readonly Finding[], { broken }: Checked): number {
  if (failsAt(failOn, findings)) return exitCodes.fail;
  return broken.length > 0 ? exitCodes.refused : exitCodes.pass;
}
