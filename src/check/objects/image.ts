/** Images of PostgreSQL by their tags. */

import type { Place } from '../text/manifest.ts';
import { numberOf } from '../text/nodes.ts';
import type { Resource } from './resource.ts';

/** What a Cluster without `imageName` runs with CloudNativePG 1.30. */
export const defaultImage = 'ghcr.io/cloudnative-pg/postgresql:18.4-system-trixie';

/** `…/postgresql:16.2` → 16; undefined for tags that do not begin with a number, and for digests alone. */
export function majorOf(image: string | undefined): number | undefined {
  const tag = /^v?(\d+)/.exec(tagOf(image) ?? '')?.[1];
  return tag === undefined ? undefined : Number(tag);
}

/** The tag of an image; undefined where it has none. */
export const tagOf = (image: string | undefined): string | undefined => /:([^/@]+)(?:@|$)/.exec(image ?? '')?.[1];

/** Whether a digest pins the image. */
export const hasDigest = (image: string | undefined): boolean => (image ?? '').includes('@sha256:');

/** An image that a Cluster runs, or that a catalog offers. */
interface NamedImage {
  readonly image: string;
  readonly at: Place;
  /** By the catalog's own word, else by the tag; undefined where neither says it. */
  readonly major: number | undefined;
  /** Whether the catalog names the major version beside the image. */
  readonly isVersionGiven: boolean;
}

/** The images that a Cluster or an image catalog names. */
export function imagesOf(resource: Resource): NamedImage[] {
  if (resource.kind === 'Cluster') {
    const at = resource.at('spec', 'imageName');
    const image = resource.text('spec', 'imageName');
    return at && image ? [{ image, at, major: majorOf(image), isVersionGiven: false }] : [];
  }
  return resource.items('spec', 'images').flatMap((item) => {
    const at = item.manifest.within(item.node, 'image');
    const image = resource.field(item, 'image');
    const major = numberOf(item.manifest.within(item.node, 'major')?.node);
    return at && image ? [{ image, at, major: major ?? majorOf(image), isVersionGiven: true }] : [];
  });
}
