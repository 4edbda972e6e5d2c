/** Clusters in the repository that nothing runs for long: restores by hand, and what an upgrade has left behind. */
import { basename, dirname } from 'node:path';
import { defaultImage, majorOf } from './objects/image.ts';
import type { Inventory } from './objects/inventory.ts';
import { isServing, isThrowAwayRestore } from './objects/replication.ts';
import { type Resource, sameNamespace } from './objects/resource.ts';
import { isUnsupported } from './objects/support.ts';
import { isTrial } from './trial.ts';

const restores = /(?:^|[-_.])(?:restored?|pitr|recover(?:y|ed)?)(?=$|[-_.\d])/i;

/** Whether the name of a Cluster, or of its file, says that it is a restore. */
const isNamedRestore = (cluster: Resource): boolean =>
  [cluster.name, basename(fileOf(cluster))].some((name) => restores.test(name));

/**
 * Whether a Cluster is restored from a backup for a while: it keeps the major version of its backup. One that archives, or
 * that something here depends on, has become the database. One that a kustomization deploys, or that has standbys, is a
 * restore only by its name.
 */
export function isRestore(cluster: Resource, inventory: Inventory): boolean {
  if (cluster.at('spec', 'bootstrap', 'recovery') === undefined || isServing(cluster, inventory)) return false;
  if (isNamedRestore(cluster)) return true;
  return cluster.owner.unit === '' && isThrowAwayRestore(cluster, inventory);
}

/**
 * Whether a Cluster that no kustomization, chart or Flux deploys is left over from before an upgrade. It is where a Cluster of
 * a newer and supported major version stands in its place: one of its name in its folder, any other one for an example, or
 * one that is deployed where nothing here depends on this one.
 */
export function isLeftover(cluster: Resource, inventory: Inventory): boolean {
  const major = majorRun(cluster);
  if (major === undefined || cluster.owner.unit !== '' || cluster.isExpanded) return false;
  const { byName, newest, newestDeployed } = inventory.once('supported clusters', () => supportedIn(inventory));
  const isBesideNewer = (byName.get(cluster.name) ?? []).some(
    (one) =>
      one.major > major &&
      sameNamespace(one.resource, cluster) &&
      dirname(fileOf(one.resource)) === dirname(fileOf(cluster)),
  );
  if (isBesideNewer || (newest > major && isTrial(cluster, inventory))) return true;
  return newestDeployed > major && !isServing(cluster, inventory) && !isOfArgo(cluster, inventory);
}

/** Whether a Cluster of an unsupported major version is left over: nothing but what would not work matters of it. */
export const isOutdatedLeftover = (cluster: Resource, inventory: Inventory): boolean =>
  cluster.kind === 'Cluster' && isUnsupported(majorRun(cluster), inventory.nowMs) && isLeftover(cluster, inventory);

interface Supported {
  readonly resource: Resource;
  readonly major: number;
}

/** Clusters of major versions that get releases. */
function supportedIn(inventory: Inventory) {
  const all = inventory.clusters.flatMap((resource): Supported[] => {
    const major = majorRun(resource);
    return major === undefined || isUnsupported(major, inventory.nowMs) ? [] : [{ resource, major }];
  });
  const newestOf = (list: readonly Supported[]) => list.reduce((newest, { major }) => Math.max(newest, major), 0);
  return {
    byName: Map.groupBy(all, ({ resource }) => resource.name),
    newest: newestOf(all),
    newestDeployed: newestOf(all.filter(({ resource }) => resource.owner.unit !== '')),
  };
}

/** The major version that a Cluster runs, the operator's own where it names none; undefined where that is not known. */
function majorRun({ manifest }: Resource): number | undefined {
  if (manifest.at('spec', 'imageCatalogRef')) {
    const major = Number(manifest.text('spec', 'imageCatalogRef', 'major'));
    return Number.isInteger(major) ? major : undefined;
  }
  return majorOf(manifest.at('spec', 'imageName') ? manifest.text('spec', 'imageName') : defaultImage);
}

/** Whether Argo CD may deploy the file: an Application names a folder above it, or paths here have variables. */
const isOfArgo = (cluster: Resource, inventory: Inventory): boolean =>
  inventory.of('Application', 'ApplicationSet').some(({ base: { source } }) =>
    [...source.text.matchAll(/^[\s-]*["']?path["']?:\s*["']?([^\s"'#,]+)/gm)].some(([, path]) => {
      const folder = path!.replace(/^\.?\/|\/$/g, '');
      return /[{*]/.test(path!) || folder === '.' || folder === '' || `/${fileOf(cluster)}`.includes(`/${folder}/`);
    }),
  );

const fileOf = ({ base }: Resource): string => base.source.file;
