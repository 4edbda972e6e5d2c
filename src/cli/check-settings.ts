/** What `check` and `ci` have in common: which rules run, and the exit code. */
import type { Checked, CheckOptions } from '../check/check.ts';
import type { Finding, Rule } from '../check/finding.ts';
import { rules as allRules } from '../check/rules/index.ts';
import { type FailLevel, failsAt, selected } from '../check/selection.ts';
import type { Source } from '../check/text/source.ts';
import { exitCodes, UsageError } from '../errors.ts';
import type { Config } from '../project/config.ts';

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
  readonly failOn: FailLevel;
  readonly cnpgVersion: string | undefined;
  readonly baseline: string | undefined;
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
    failOn: flags.failOn ?? config.failOn,
    cnpgVersion: versionOf(flags.cnpgVersion ?? config.cnpgVersion),
    baseline: flags.baseline ?? config.baseline,
  };
}

/** @param context files beside those that are judged, which objects may refer to */
export const checkOptionsOf = (
  { rules, cnpgVersion }: CheckSettings,
  context: readonly Source[] | undefined,
): CheckOptions => ({
  nowMs: Date.now(),
  rules,
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

/** Files that are broken and findings at the level that fails each have a code of their own. */
export function codeOf({ failOn }: CheckSettings, findings: readonly Finding[], { broken }: Checked): number {
  if (failsAt(failOn, findings)) return exitCodes.fail;
  return broken.length > 0 ? exitCodes.refused : exitCodes.pass;
}
