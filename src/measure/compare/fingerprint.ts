/** Whether runs may be compared at all: the machine, the stack, its versions and settings, by name. */
export type Fingerprint = Readonly<Record<string, string>>;

/** The names that not all fingerprints have the same value of, sorted. */
export function namesThatDiffer(fingerprints: readonly Fingerprint[]): string[] {
  const names = [...new Set(fingerprints.flatMap((fingerprint) => Object.keys(fingerprint)))].sort();
  return names.filter((name) => new Set(fingerprints.map((fingerprint) => fingerprint[name])).size > 1);
}

/**
 * What differs between any of the fingerprints, sorted.
 * @returns `settings.server_login_retry is 15 or 1`; a name that only some have is `not set` in the others
 */
export const differences = (fingerprints: readonly Fingerprint[]): string[] =>
  namesThatDiffer(fingerprints).map((name) => {
    const values = new Set(fingerprints.map((fingerprint) => fingerprint[name] ?? 'not set'));
    return `${name} is ${[...values].join(' or ')}`;
  });
