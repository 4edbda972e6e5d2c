/**
 * Which charts of the tree are deployed with which values: by an Application of Argo CD or a HelmRelease whose chart is a
 * folder of the repository, or as a part of another chart. A chart that nothing deploys is rendered with its defaults.
 */
import { basename, dirname, join, resolve } from 'node:path';
import { isMap } from 'yaml';
import { embeddedIn } from '../text/embedded.ts';
import { fieldOf, type Manifest, type Place } from '../text/manifest.ts';
import { textOf } from '../text/nodes.ts';
import type { Origin } from '../text/source.ts';
import type { File, Files } from '../tree/files.ts';
import { type Chart, chartFolderOf, chartIn, type Dependency, valuesIn } from './chart.ts';
import { isTrue } from './functions.ts';
import { blurred, type Data, type DataMap, dataOf, isDataMap, isUnknown, member, merged, withPath } from './value.ts';

export interface Release {
  readonly chart: Chart;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly values: Data;
  /** Whether somebody else chooses the values: a chart that nothing in the tree deploys. */
  readonly isOpen: boolean;
  /** Where the release is declared; undefined for a chart with its defaults. */
  readonly at: Origin | undefined;
  /** The folder of the chart that is deployed, which may contain this one. */
  readonly outermost: string;
  /** Whether more values are in an object or a file that was not read. */
  readonly hasMore: boolean;
}

/** What deploys a chart in a folder, with values over those of the chart. */
interface Deployment {
  readonly folder: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly values: readonly Data[];
  readonly at: Origin | undefined;
  /** Whether more values are in an object or a file that was not read. */
  readonly hasMore: boolean;
}

/** Every release of the charts that hold, or use, one of these templates. */
export function releasesIn(files: Files, named: readonly File[]): Release[] {
  const charts = new Charts(files);
  const folders = new Set([
    ...named.filter(({ path }) => basename(path) === 'Chart.yaml').map(({ path }) => dirname(path)),
    ...named.flatMap(({ path }) => chartFolderOf(files, path) ?? []),
  ]);
  if (folders.size === 0) return [];
  const deployments = named.flatMap((file) => deploymentsIn(files, file));
  const deployed = new Set(deployments.map(({ folder }) => folder));
  const parts = new Set(
    [...folders].flatMap((folder) => charts.at(folder)?.dependencies ?? []).map((one) => one.folder),
  );
  const alone = [...folders]
    .filter((folder) => !deployed.has(folder) && !parts.has(folder))
    .map((folder): Deployment => {
      const name = charts.at(folder)?.name ?? basename(folder);
      return { folder, name, namespace: undefined, values: [], at: undefined, hasMore: false };
    });
  return [...deployments, ...alone].flatMap((deployment) => {
    const chart = charts.at(deployment.folder);
    if (!chart) return [];
    // A chart that only puts others together is what is deployed, with its own values.
    const isOpen = deployment.at === undefined && chart.dependencies.length === 0;
    const { name, namespace, at, hasMore, folder: outermost } = deployment;
    const values = deployment.values.reduce(merged, hasMore ? blurred(chart.values, '.Values') : chart.values);
    return charts.withParts({ chart, name, namespace, values, isOpen, at, outermost, hasMore });
  });
}

class Charts {
  readonly #files: Files;
  readonly #known = new Map<string, Chart | undefined>();

  constructor(files: Files) {
    this.#files = files;
  }

  at(folder: string): Chart | undefined {
    if (!this.#known.has(folder)) this.#known.set(folder, chartIn(this.#files, folder));
    return this.#known.get(folder);
  }

  /** A release and those of the charts that its chart contains. */
  withParts(release: Release, depth = 0): Release[] {
    if (depth > 5) return [release];
    return [
      release,
      ...release.chart.dependencies.flatMap((part) => {
        const chart = this.at(part.folder);
        if (!chart || !isOn(release.values, part)) return [];
        const own = member({ data: release.values }, part.name);
        const defaults = release.hasMore ? blurred(chart.values, '.Values') : chart.values;
        const values = withGlobals(merged(defaults, own.data), release.values);
        return this.withParts({ ...release, chart, values, at: own.at ?? part.at ?? release.at }, depth + 1);
      }),
    ];
  }
}

function isOn(values: Data, { condition }: Dependency): boolean {
  if (condition === '') return true;
  const { data } = condition.split('.').reduce(member, { data: values });
  return data === undefined || isUnknown(data) || isTrue(data);
}

function withGlobals(values: Data, outer: Data): Data {
  const globals = member({ data: outer }, 'global').data;
  return globals === undefined ? values : merged(values, { global: globals } satisfies DataMap);
}

function deploymentsIn(files: Files, { path, manifests }: File): Deployment[] {
  return manifests.flatMap((manifest): Deployment[] => {
    if (manifest.kind === 'HelmRelease') return helmRelease(files, path, manifest);
    if (manifest.kind === 'Application') return application(files, path, manifest);
    return [];
  });
}

/** `chart: ./charts/db` of a GitRepository. */
function helmRelease(files: Files, path: string, manifest: Manifest): Deployment[] {
  const chart = manifest.text('spec', 'chart', 'spec', 'chart') ?? '';
  if (!/[./]/.test(chart) || manifest.text('spec', 'chart', 'spec', 'sourceRef', 'kind') === 'HelmRepository')
    return [];
  const folder = folderOf(files, path, chart);
  if (folder === undefined) return [];
  const name = manifest.text('spec', 'releaseName') ?? manifest.name;
  const namespace = manifest.text('spec', 'targetNamespace') ?? manifest.namespace;
  const hasMore = manifest.items('spec', 'valuesFrom').length > 0;
  const values = [placeData(manifest.at('spec', 'values'))];
  return [{ folder, name, namespace, values, at: originOf(manifest), hasMore }];
}

function application(files: Files, path: string, manifest: Manifest): Deployment[] {
  const source = manifest.at('spec', 'source');
  return [...(source ? [source] : []), ...manifest.items('spec', 'sources')].flatMap((place): Deployment[] => {
    const folder = folderOf(files, path, fieldOf(place, 'path') ?? '');
    if (folder === undefined) return [];
    const helm = (name: string) => place.manifest.within(place.node, 'helm', name);
    const text = helm('values');
    const read = place.manifest
      .itemsOf(helm('valueFiles')?.node)
      .map((item) => valuesIn(files, resolve(folder, textOf(item.node) ?? '')));
    const parameters = place.manifest.itemsOf(helm('parameters')?.node).map((item) => {
      const value = fieldOf(item, 'value') ?? '';
      return withPath(
        {},
        (fieldOf(item, 'name') ?? '').split('.'),
        /^\d+$|^(?:true|false)$/.test(value) ? JSON.parse(value) : value,
      );
    });
    const values = [
      ...read,
      placeData(text ? embeddedIn(text)[0] : undefined),
      placeData(helm('valuesObject')),
      ...parameters,
    ];
    const name = textOf(helm('releaseName')?.node) ?? manifest.name;
    const namespace = manifest.text('spec', 'destination', 'namespace');
    const hasMore = read.includes(undefined) || helm('fileParameters') !== undefined;
    return [{ folder, name, namespace, values, at: originOf(manifest), hasMore }];
  });
}

const originOf = ({ source, whole }: Manifest): Origin => ({ source, offset: whole.offset });

const placeData = (place: Place | undefined): Data =>
  place && isMap(place.node) ? dataOf(place.node, place.manifest.document, place.manifest.source) : undefined;

/** A folder with a chart, by a path from the root of the repository, which is one of the folders above the file. */
function folderOf(files: Files, path: string, name: string): string | undefined {
  if (name === '') return undefined;
  for (let above = dirname(path); ; above = dirname(above)) {
    const folder = join(above, name);
    if (files.text(join(folder, 'Chart.yaml'))) return folder;
    if (dirname(above) === above) return undefined;
  }
}

/** What templates see as `.`: the values, the release and the chart. */
export function rootOf({ chart, name, namespace, values }: Release): DataMap {
  return {
    Values: isDataMap(values) ? values : {},
    Chart: chart.about,
    Release: { Name: name, Namespace: namespace ?? 'default', Service: 'Helm', IsInstall: true, IsUpgrade: false },
    Template: { BasePath: `${chart.name}/templates` },
  };
}
