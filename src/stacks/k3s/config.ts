/** What the environment says about the k3s stack. */
import { defaultManifest } from '../cnpg/observe/operator.ts';
import { defaultImage } from './nodes.ts';
import { type ArchiverChoice, archiverNamed } from './plugin.ts';

export interface K3sConfig {
  /** `PGDRILL_K3S_IMAGE`: the image of the nodes. */
  readonly image: string;
  /** `PGDRILL_IMAGES`: a folder of image tarballs that every node imports; absent: images are pulled. */
  readonly images: string | undefined;
  /** `PGDRILL_REGISTRIES`: a registries.yaml of k3s, with mirrors. */
  readonly registries: string | undefined;
  /** `PGDRILL_OPERATOR_MANIFEST`: a file, or a URL with its checksum. */
  readonly operatorManifest: string;
  /** `PGDRILL_PLUGIN_MANIFEST`: likewise, of the Barman Cloud plugin; absent: the operator’s manifest may bring it. */
  readonly pluginManifest: string | undefined;
  /** `PGDRILL_BACKUPS`: `in-tree` or `plugin`; absent: the plugin where a manifest brings it. */
  readonly backups: ArchiverChoice | undefined;
}

/** @throws UsageError for a word that PGDRILL_BACKUPS does not take */
export const readK3sConfig = (env: NodeJS.ProcessEnv = process.env): K3sConfig => ({
  image: env.PGDRILL_K3S_IMAGE || defaultImage,
  images: env.PGDRILL_IMAGES || undefined,
  registries: env.PGDRILL_REGISTRIES || undefined,
  operatorManifest: env.PGDRILL_OPERATOR_MANIFEST || defaultManifest,
  pluginManifest: env.PGDRILL_PLUGIN_MANIFEST || undefined,
  backups: archiverNamed(env.PGDRILL_BACKUPS),
});
