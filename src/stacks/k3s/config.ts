/** What the environment says about the k3s stack. */
import { defaultManifest } from '../cnpg/observe/operator.ts';
import { defaultImage } from './nodes.ts';

export interface K3sConfig {
  /** `PGDRILL_K3S_IMAGE`: the image of the nodes. */
  readonly image: string;
  /** `PGDRILL_IMAGES`: a folder of image tarballs that every node imports; absent: images are pulled. */
  readonly images: string | undefined;
  /** `PGDRILL_REGISTRIES`: a registries.yaml of k3s, with mirrors. */
  readonly registries: string | undefined;
  /** `PGDRILL_OPERATOR_MANIFEST`: a file, or a URL with its checksum. */
  readonly operatorManifest: string;
}

export const readK3sConfig = (env: NodeJS.ProcessEnv = process.env): K3sConfig => ({
  image: env.PGDRILL_K3S_IMAGE || defaultImage,
  images: env.PGDRILL_IMAGES || undefined,
  registries: env.PGDRILL_REGISTRIES || undefined,
  operatorManifest: env.PGDRILL_OPERATOR_MANIFEST || defaultManifest,
});
