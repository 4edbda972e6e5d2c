/** The stack that stands up a user's manifests. */
import { availableParallelism, freemem } from 'node:os';
import type { Stack } from '../../stack.ts';
import { readK3sConfig } from '../config.ts';
import { listImages } from '../images.ts';
import { k3sStackOf } from '../index.ts';
import { readRelease } from '../release.ts';
import { expandCharts } from './chart.ts';
import { choose } from './choose.ts';
import { fitManifests } from './fit.ts';
import { usersInstallation } from './installation.ts';
import { kustomizeWith } from './kustomize.ts';
import { objectsIn, readSources } from './sources.ts';
import { memoryPerInstance } from './surroundings.ts';

/**
 * @param paths files, folders, kustomizations, values of the chart `cluster`, or globs
 * @param root a folder whose path the user does not know, and its name in places and reports
 * @throws UsageError with file and line where they cannot be stood up; nothing has been started then
 */
export async function manifestsStack(
  paths: readonly string[],
  root?: { readonly folder: string; readonly name: string },
): Promise<Stack> {
  const config = readK3sConfig();
  const shown = (file: string) =>
    root && file.startsWith(`${root.folder}/`) ? `${root.name}:${file.slice(root.folder.length + 1)}` : file;
  const read = expandCharts(await readSources(paths, kustomizeWith(config.image)));
  const objects = objectsIn(read).map((one) => ({ ...one, file: shown(one.file) }));
  const { cluster } = choose(objects);
  const images = config.images ? await listImages(config.images) : [];
  const { archiver } = await readRelease(config);
  const instances = Number((cluster.object.spec as { readonly instances: number }).instances);
  const around = {
    images,
    memoryPerInstance: memoryPerInstance(freemem(), instances),
    processors: availableParallelism(),
    plugin: archiver === 'plugin',
  };
  return k3sStackOf(usersInstallation(fitManifests(objects, around), paths.map(shown)));
}
