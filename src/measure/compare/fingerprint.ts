/** Whether runs may be compared at all: the machine, the stack, its versions and settings, by name. */
export type Fingerprint = Readonly<Record<string, string>>;

/**
 * What differs between any of the fingerprints, sorted.
 * @returns `settings.server_login_retry is 15 or 1`; a name that only some have is `not set` in the others
 */
export function differences(fingerprints: readonly Fingerprint[]): string[] {
  const names = [...new Set(fingerprints.flatMap((fingerprint) => Object.keys(fingerprint)))].sort();
  return names.flatMap((name) => {
    const values = new Set(fingerprints.map((fingerprint) => fingerprint[name] ?? 'not set'));
    return values.size > 1 ? [`${name} is ${[...values].join(' or ')}`] : [];
  });
}
