import { isScalar } from 'yaml';
import { cnpg, cnpgVersion } from '../documentation.ts';
import { type Edit, replaceValue } from '../edit.ts';
import type { Problem, Rule } from '../finding.ts';
import type { Place } from '../manifest.ts';
import { textOf } from '../nodes.ts';
import type { Resource } from '../resource.ts';

/** What a Cluster without `imageName` runs. */
const defaultImage = 'ghcr.io/cloudnative-pg/postgresql:18.4-system-trixie';

/** A patch that takes a cluster to a lower major version, or a spec below what the cluster's data is in. */
export const imageDowngrade: Rule = {
  id: 'image-downgrade',
  severity: 'error',
  title: 'image of a lower major version than the cluster’s',
  documentation: cnpg('postgres_upgrades', 'major-version-upgrades'),
  *check(inventory) {
    for (const cluster of inventory.clusters) {
      const problem = problemOf(cluster);
      if (problem) yield problem;
    }
  },
};

function problemOf(cluster: Resource): Problem | undefined {
  const at = cluster.at('spec', 'imageName');
  const wanted = majorOf(textOf(at?.node));
  const runs = runningMajor(cluster);
  if (!at || wanted === undefined || runs === undefined || wanted >= runs.major) return undefined;
  return {
    resource: cluster,
    at,
    message:
      `This asks for PostgreSQL ${wanted}; ${cluster.name} ${runs.because} PostgreSQL ${runs.major}. A data directory ` +
      `cannot go back to a lower major version: the operator refuses the change, and the update that was meant does ` +
      `not happen.`,
    change: changeTo(at, runs.image),
  };
}

interface Running {
  readonly major: number;
  readonly because: string;
  readonly image: string | undefined;
}

/** What the cluster runs: by its own status, else by the image of the manifest that is patched. */
function runningMajor(cluster: Resource): Running | undefined {
  const image = cluster.text('status', 'image');
  const major = cluster.number('status', 'pgDataImageInfo', 'majorVersion');
  if (major !== undefined) return { major, because: 'runs', image };
  if (cluster.patches.length === 0 || cluster.base.at('spec', 'imageCatalogRef')) return undefined;
  const base = cluster.base.text('spec', 'imageName');
  const baseMajor = majorOf(base ?? defaultImage);
  if (baseMajor === undefined) return undefined;
  const because = base
    ? `is declared (${cluster.base.source.file}) with`
    : `has no imageName, so with CloudNativePG ${cnpgVersion} it runs`;
  return { major: baseMajor, because, image: base ?? defaultImage };
}

/** `…/postgresql:16.2` → 16; undefined for tags that do not begin with a number, and for digests alone. */
function majorOf(image: string | undefined): number | undefined {
  const tag = /:(\d+)[^/]*$/.exec(image?.split('@')[0] ?? '')?.[1];
  return tag === undefined ? undefined : Number(tag);
}

const changeTo = (at: Place, image: string | undefined): Edit[] =>
  image !== undefined && isScalar(at.node) ? [replaceValue(at, image)] : [];
