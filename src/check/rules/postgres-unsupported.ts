import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { imagesOf } from '../objects/image.ts';
import type { Resource } from '../objects/resource.ts';
import type { Place } from '../text/manifest.ts';

/** Day of the last release of each major version. Source: postgresql.org, "Versioning policy". */
const lastRelease: Readonly<Record<number, string>> = {
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
const monthMs = 30 * 86_400_000;

export const postgresUnsupported: Rule = {
  id: 'postgres-unsupported',
  severity: 'warning',
  title: 'PostgreSQL out of support',
  documentation: 'https://www.postgresql.org/support/versioning/',
  explanation:
    'The PostgreSQL project publishes fixes for a major version for five years. After its last release, defects that lose ' +
    'data and security holes stay. The rule warns from that day on, and informs in the six months before it.',
  bad: cluster('instances: 1\nimageName: ghcr.io/cloudnative-pg/postgresql:13.14'),
  good: cluster('instances: 1\nimageName: ghcr.io/cloudnative-pg/postgresql:18.4'),
  check: eachCluster(function* (resource, inventory) {
    const running = versionOf(resource);
    const last = running?.major === undefined ? undefined : lastRelease[running.major];
    if (!running || last === undefined) return;
    const { major, at } = running;
    const leftMs = Date.parse(last) - inventory.nowMs;
    if (leftMs > 6 * monthMs) return;
    yield {
      resource,
      at,
      severity: leftMs > 0 ? 'info' : 'warning',
      message:
        leftMs > 0
          ? `PostgreSQL ${major} gets its last release on ${last}; plan the major upgrade.`
          : `PostgreSQL ${major} got its last release on ${last}: defects that lose data and security holes stay as they are.`,
      change: [],
    };
  }),
};

/** The version that a Cluster runs. What a catalog offers, and nobody runs, is not a fault. */
function versionOf(resource: Resource): { major: number | undefined; at: Place } | undefined {
  const at = resource.at('spec', 'imageCatalogRef', 'major');
  return at ? { major: resource.number('spec', 'imageCatalogRef', 'major'), at } : imagesOf(resource)[0];
}
