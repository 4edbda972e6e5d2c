/** Where rules point to: the version that the rules were written against. */
export const cnpgVersion = '1.30';

/** A page of CloudNativePG's documentation, e.g. `cnpg('backup', 'cron-schedule')`. */
export const cnpg = (page: string, anchor?: string): string =>
  `https://cloudnative-pg.io/docs/${cnpgVersion}/${page}${anchor ? `#${anchor}` : ''}`;

/** A setting of PgBouncer. */
export const pgbouncer = (setting: string): string => `https://www.pgbouncer.org/config.html#${setting}`;
