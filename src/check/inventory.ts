/** Everything that was given to check, and how it hangs together. */
import type { Manifest } from './manifest.ts';
import { type Resource, resourcesOf, sameNamespace } from './resource.ts';

const cnpgGroup = 'postgresql.cnpg.io/';

export class Inventory {
  readonly resources: readonly Resource[];
  /** ms since 1970; for rules about age. */
  readonly nowMs: number;

  constructor(manifests: readonly Manifest[], nowMs: number) {
    this.resources = resourcesOf(manifests);
    this.nowMs = nowMs;
  }

  of(...kinds: string[]): Resource[] {
    return this.resources.filter((resource) => kinds.includes(resource.kind));
  }
  /** Objects of CloudNativePG itself. */
  get own(): Resource[] {
    return this.resources.filter((resource) => resource.base.apiVersion.startsWith(cnpgGroup));
  }
  get clusters(): Resource[] {
    return this.#ofCnpg('Cluster');
  }
  get poolers(): Resource[] {
    return this.#ofCnpg('Pooler');
  }
  get scheduledBackups(): Resource[] {
    return this.#ofCnpg('ScheduledBackup');
  }
  get backups(): Resource[] {
    return this.#ofCnpg('Backup');
  }
  /** Poolers to the primary of a cluster (`type: rw`, the default). */
  writePoolersOf(cluster: Resource): Resource[] {
    return this.poolers.filter(
      (pooler) => (pooler.text('spec', 'type') ?? 'rw') === 'rw' && this.belongsTo(pooler, cluster),
    );
  }
  /** Whether an object's `spec.cluster.name` is this cluster. */
  belongsTo(resource: Resource, cluster: Resource): boolean {
    return resource.text('spec', 'cluster', 'name') === cluster.name && sameNamespace(resource, cluster);
  }
  clusterOf(resource: Resource): Resource | undefined {
    return this.clusters.find((cluster) => this.belongsTo(resource, cluster));
  }

  #ofCnpg(kind: string): Resource[] {
    return this.own.filter((resource) => resource.kind === kind);
  }
}
