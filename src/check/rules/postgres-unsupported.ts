import { basename } from 'node:path';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { isLeftover, isRestore } from '../leftover.ts';
import { imagesOf } from '../objects/image.ts';
import type { Inventory } from '../objects/inventory.ts';
import type { Resource } from '../objects/resource.ts';
import { lastReleaseOf } from '../objects/support.ts';
import type { Place } from '../text/manifest.ts';
import { isTrial } from '../trial.ts';

const monthMs = 30 * 86_400_000;

export const postgresUnsupported: Rule = {
  id: 'postgres-unsupported',
  severity: 'warning',
  title: 'PostgreSQL out of support',
  documentation: 'https://www.postgresql.org/support/versioning/',
  explanation:
    'The PostgreSQL project publishes fixes for a major version for five years. After its last release, defects that lose ' +
    'data and security holes stay. The rule warns from that day on, and informs in the six months before it. It leaves out ' +
    'restores that nothing uses, which keep the version of their backup, and manifests that an upgrade has left behind: ' +
    'nothing deploys them, and a Cluster of a newer version stands in their place.',
  bad: cluster('instances: 1\nimageName: ghcr.io/cloudnative-pg/postgresql:13.14'),
  good: cluster('instances: 1\nimageName: ghcr.io/cloudnative-pg/postgresql:18.4'),
  check: eachCluster(function* (resource, inventory) {
    const running = versionOf(resource);
    const last = lastReleaseOf(running?.major);
    if (!running || last === undefined || isShown(resource, running.major, inventory)) return;
    const { major, at } = running;
    const leftMs = Date.parse(last) - inventory.nowMs;
    if (leftMs > 6 * monthMs || isRestore(resource, inventory) || isLeftover(resource, inventory)) return;
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

/** A demonstration that is named after the version, or after the upgrade from it, runs it on purpose. */
function isShown(resource: Resource, major: number | undefined, inventory: Inventory): boolean {
  const names = [resource.name, basename(resource.base.source.file)];
  const pattern = new RegExp(`(?:^|[-_.])(?:(?:pg|postgres)?${major}|upgrade)(?:[-_.]|$)`, 'i');
  return isTrial(resource, inventory) && names.some((name) => pattern.test(name));
}

/** The version that a Cluster runs. What a catalog offers, and nobody runs, is not a fault. */
function versionOf(resource: Resource): { major: number | undefined; at: Place } | undefined {
  const at = resource.at('spec', 'imageCatalogRef', 'major');
  return at ? { major: resource.number('spec', 'imageCatalogRef', 'major'), at } : imagesOf(resource)[0];
}
