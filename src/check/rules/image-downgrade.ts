import { isScalar } from 'yaml';
import { type Edit, replaceValue } from '../change/edit.ts';
import { cnpg, cnpgVersion } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { defaultImage, majorOf } from '../objects/image.ts';
import type { Resource } from '../objects/resource.ts';
import type { Place } from '../text/manifest.ts';

const example = (major: number): string =>
  `${cluster(`instances: 1\nimageName: ghcr.io/cloudnative-pg/postgresql:${major}.4`)}status:\n  image: ghcr.io/cloudnative-pg/postgresql:18.4\n  pgDataImageInfo:\n    majorVersion: 18\n`;

/** A patch that takes a cluster to a lower major version, or a specification below what the cluster's data is in. */
export const imageDowngrade: Rule = {
  id: 'image-downgrade',
  severity: 'error',
  title: 'image of a lower major version than the cluster’s',
  documentation: cnpg('postgres_upgrades', 'major-version-upgrades'),
  explanation:
    'A data directory cannot go back to a lower major version of PostgreSQL: the operator refuses the change. The rule ' +
    'compares the image with what a live cluster runs, and a patch with the manifest that it is for.',
  bad: example(16),
  good: example(18),
  check: eachCluster(function* (resource) {
    const at = resource.at('spec', 'imageName');
    const wanted = majorOf(resource.text('spec', 'imageName'));
    const runs = runningMajor(resource);
    if (!at || wanted === undefined || runs === undefined || wanted >= runs.major) return;
    yield {
      resource,
      at,
      message:
        `This asks for PostgreSQL ${wanted}; ${resource.name} ${runs.because} PostgreSQL ${runs.major}. A data directory ` +
        `cannot go back to a lower major version: the operator refuses the change, and the cluster stays as it is.`,
      change: changeTo(at, runs.image),
    };
  }),
};

interface Running {
  readonly major: number;
  readonly because: string;
  readonly image: string | undefined;
}

/** What the cluster runs: by its own status, else by the manifest that a loose patch is for. */
function runningMajor(resource: Resource): Running | undefined {
  const image = resource.text('status', 'image');
  const major = resource.number('status', 'pgDataImageInfo', 'majorVersion');
  if (major !== undefined) return { major, because: 'runs', image };
  // What a kustomization puts over its base is what is deployed, and not a change of it.
  if (resource.base === resource.manifest || resource.owner.unit !== '') return undefined;
  if (resource.base.at('spec', 'imageCatalogRef')) return undefined;
  const base = resource.base.text('spec', 'imageName');
  const baseMajor = majorOf(base ?? defaultImage);
  if (baseMajor === undefined) return undefined;
  const because = base
    ? `is declared (${resource.base.source.file}) with`
    : `has no imageName, so with CloudNativePG ${cnpgVersion} it runs`;
  return { major: baseMajor, because, image: base ?? defaultImage };
}

const changeTo = (at: Place, image: string | undefined): Edit[] =>
  image !== undefined && isScalar(at.node) ? [replaceValue(at, image)] : [];
