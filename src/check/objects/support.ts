/** How long the PostgreSQL project publishes releases of a major version. */

/** Day of the last release of each major version. Source: postgresql.org, "Versioning policy". */
const lastReleases: Readonly<Record<number, string>> = {
  9: '2021-11-11',
  10: '2022-11-10',
  11: '2023-11-09',
  12: '2024-11-21',
  13: '2025-11-13',
  14: '2026-11-12',
  15: '2027-11-11',
  16: '2028-11-09',
  17: '2029-11-08',
  18: '2030-11-14',
};

/** @returns the day (`2026-11-12`) of the last release; undefined for versions that are not in the table */
export const lastReleaseOf = (major: number | undefined): string | undefined =>
  major === undefined ? undefined : lastReleases[major];

/** Whether a major version had its last release. `nowMs`: ms since 1970. */
export function isUnsupported(major: number | undefined, nowMs: number): boolean {
  const last = lastReleaseOf(major);
  return last !== undefined && Date.parse(last) <= nowMs;
}
