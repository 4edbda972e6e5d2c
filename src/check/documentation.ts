/** Where rules point to: the version that the rules were written against. */
export const cnpgVersion = '1.30';

/** A page of CloudNativePG's documentation, e.g. `cnpg('backup', 'cron-schedule')`. */
export const cnpg = (page: string, anchor?: string): string =>
  `https://cloudnative-pg.io/docs/${cnpgVersion}/${page}${anchor ? `#${anchor}` : ''}`;

/** A setting of PgBouncer. */
export const pgbouncer = (setting: string): string => `https://www.pgbouncer.org/config.html#${setting}`;

/** A page of PostgreSQL's documentation. */
export const postgres = (page: string, anchor?: string): string =>
  `https://www.postgresql.org/docs/current/${page}.html${anchor ? `#${anchor}` : ''}`;

/** Whether a version such as `1.28` or `1.28.1` is another one or later; by its first two numbers. */
export function atLeast(version: string, wanted: string): boolean {
  const [major = 0, minor = 0] = numbers(version);
  const [wantedMajor = 0, wantedMinor = 0] = numbers(wanted);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

const numbers = (version: string): number[] => version.split('.').map(Number);

/**
 * The command that runs a scenario on the user's own manifests.
 * @param paths as the user named them
 */
export const drillOf = (scenario: string, paths: readonly string[] = ['.']): string =>
  `pgdrill run ${scenario} --stack k3s --manifests ${paths.map(quoted).join(' ')}`;

/** As a shell reads it back. */
const quoted = (path: string): string => (/^[\w./@%+:,=-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
