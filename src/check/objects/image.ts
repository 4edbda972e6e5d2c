/** Images of PostgreSQL by their tags. */

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
