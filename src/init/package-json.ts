/** The package.json of a user’s project: a new one, or the one that exists with what a drill needs added to it. */
import { parsePackage } from './surroundings.ts';

const scriptsFor = (manifests: readonly string[]) => ({
  drill: 'pgdrill run first-drill',
  gate: gateOf(manifests),
});

/** What the CI job runs, by its local name. */
export const gateOf = (manifests: readonly string[]): string =>
  ['pgdrill ci first-drill', ...(manifests.length > 0 ? ['--manifests', ...manifests] : [])].join(' ');

const sections = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;

/**
 * @param text the package.json that exists; undefined for a new one
 * @param spec where npm finds pgdrill, such as `^1.2.0` or `file:../pgdrill`; undefined where it is installed already
 * @param manifests folders that the gate checks, as seen from the package
 * @returns the new text, equal to the old one where nothing is missing
 * @throws UsageError where the text is not a JSON object
 */
export function completePackage(
  text: string | undefined,
  spec: string | undefined,
  manifests: readonly string[] = [],
): string {
  const scripts = scriptsFor(manifests);
  const dependencies = { devDependencies: { pgdrill: spec } };
  if (text === undefined) return format({ private: true, type: 'module', scripts, ...(spec && dependencies) });
  const before = parsePackage(text, 'package.json');
  const named = sections.some((section) => 'pgdrill' in objectIn(before, section));
  const after = {
    ...before,
    scripts: { ...scripts, ...objectIn(before, 'scripts') },
    ...(spec && !named && { devDependencies: { ...objectIn(before, 'devDependencies'), pgdrill: spec } }),
  };
  if (JSON.stringify(after) === JSON.stringify(before)) return text;
  return format(after, /^[\t ]+(?=")/m.exec(text)?.[0] ?? 2);
}

/** The path of pgdrill where package.json takes it from a file or folder (`file:…`); undefined where it does not. */
export function localPackage(text: string): string | undefined {
  const named = parsePackage(text, 'package.json');
  const spec = sections.map((section) => objectIn(named, section).pgdrill).find((value) => typeof value === 'string');
  return /^file:(.+)$/.exec((spec as string | undefined) ?? '')?.[1];
}

const objectIn = (from: Record<string, unknown>, key: string): Record<string, unknown> =>
  (from[key] as Record<string, unknown> | undefined) ?? {};

const format = (value: object, indent: string | number = 2): string => `${JSON.stringify(value, null, indent)}\n`;
