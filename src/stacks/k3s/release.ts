/** The manifests that a k3s stack installs before the Cluster: the operator's, and the plugin's where it archives. */
import { pluginRelease, readReleaseManifest } from '../cnpg/observe/operator.ts';
import type { K3sConfig } from './config.ts';
import { type ArchiverChoice, archiverFor } from './plugin.ts';

export interface Release {
  readonly operator: string;
  /** Absent where the operator's manifest brings it, or where nothing archives by it. */
  readonly plugin: string | undefined;
  readonly archiver: ArchiverChoice;
}

/** @throws UsageError or SetupError where a manifest cannot be read, or nothing can archive */
export async function readRelease(
  { operatorManifest, pluginManifest, backups }: K3sConfig,
  signal?: AbortSignal,
): Promise<Release> {
  const operator = await readReleaseManifest(operatorManifest, undefined, signal);
  const plugin = pluginManifest && (await readReleaseManifest(pluginManifest, pluginRelease, signal));
  const archiver = archiverFor(backups, operator, plugin || undefined);
  return { operator, plugin: archiver === 'plugin' && plugin ? plugin : undefined, archiver };
}
