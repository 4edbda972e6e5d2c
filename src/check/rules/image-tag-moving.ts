import { cnpg } from '../documentation.ts';
import { each } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { hasDigest, imagesOf, tagOf } from '../objects/image.ts';
import { isAlone } from '../objects/replication.ts';
import { isUnsupported } from '../objects/support.ts';

/** A tag that moves makes instances of one cluster run different versions. */
export const imageTagMoving: Rule = {
  id: 'image-tag-moving',
  severity: 'warning',
  onlyInProduction: true,
  together: true,
  title: 'image without a fixed version',
  documentation: cnpg('container_images', 'image-tag-requirements'),
  explanation:
    'The operator reads the version of PostgreSQL from the tag, and refuses one such as `latest`. A tag with the major ' +
    'version alone moves to each minor release: an instance that is created later, or on a node without the image, runs ' +
    'another version than the rest, and no rolling update was asked for. Name the minor version, or a digest. The rule is ' +
    'silent on a major version out of support, whose tag moves no more.',
  bad: cluster('instances: 1\nimageName: ghcr.io/cloudnative-pg/postgresql:17'),
  good: cluster('instances: 1\nimageName: ghcr.io/cloudnative-pg/postgresql:17.6'),
  check: each(
    ({ clusters, imageCatalogs }) => [...clusters, ...imageCatalogs],
    function* (resource, inventory) {
      for (const { image, at, major, isVersionGiven } of imagesOf(resource)) {
        if (image.includes('${') || hasDigest(image)) continue;
        const tag = tagOf(image);
        if (tag !== undefined && /^v?\d+[.-]\d/.test(tag)) continue;
        // A publisher’s own scheme, such as `pg17-ts2.21`: the catalog says the version, and the tag is not known to move.
        if (isVersionGiven && tag !== undefined && /\d/.test(tag) && !/^v?\d+(?:$|-)/.test(tag)) continue;
        const isMajor = tag !== undefined && /^v?\d+(?:$|-)/.test(tag);
        // Such a tag gets no further release; postgres-unsupported reports the version that a Cluster runs.
        if (isMajor && resource.kind === 'Cluster' && isUnsupported(major, inventory.nowMs)) continue;
        // Those who deploy a chart choose the version that it has by default.
        if (isMajor && resource.open?.isDefault) continue;
        const another = isAlone(resource)
          ? 'the pod that is created next may run another one'
          : 'an instance that is created later may run another one than the rest';
        const what = tag === undefined ? 'no tag' : `the tag ${tag}`;
        yield {
          resource,
          at,
          severity: isMajor ? 'info' : 'warning',
          ...(isMajor && { alike: 'a tag of a major version' }),
          message: isMajor
            ? `The tag ${tag} names no minor version and moves with each release: ${another}.`
            : `The image has ${what}, which moves${isVersionGiven ? '' : ' and from which the operator cannot read the version of PostgreSQL'}: instances may run different versions.`,
          change: [],
        };
      }
    },
  ),
};
