/** Units of deployment that charts render to. */
import { relative, resolve } from 'node:path';
import { ofClusterChart } from '../objects/charts.ts';
import { parseFile } from '../text/parse.ts';
import type { Rendered } from '../tree/build.ts';
import { renderedFrom } from '../tree/build.ts';
import type { File, Files } from '../tree/files.ts';
import { type Release, releasesIn, rootOf } from './releases.ts';
import { Renderer, type TemplateFile } from './render.ts';
import { NotDecidable } from './value.ts';

interface ChartUnit {
  /** The folder of the chart as findings name it. */
  readonly name: string;
  readonly objects: readonly Rendered[];
}

interface ChartUnits {
  readonly units: readonly ChartUnit[];
  /** Templates that rendered at least once, by absolute path. */
  readonly rendered: ReadonlySet<string>;
  /** Why a template was not rendered, by its name in findings. */
  readonly reasons: ReadonlyMap<string, string>;
}

/** What a template must mention to matter: objects of CloudNativePG, and applications that connect to a service. */
const matters = /cnpg\.io\/|-rw\b|-pooler|host|url|dsn/i;

/** Renders the charts of the tree that matter. */
export function chartUnits(files: Files, named: readonly File[]): ChartUnits {
  const rendered = new Set<string>();
  const reasons = new Map<string, string>();
  const releases = releasesIn(files, named);
  const byDeployment = Map.groupBy(
    releases,
    ({ outermost, name, namespace }) => `${outermost} ${name} ${namespace ?? ''}`,
  );
  const units = [...byDeployment.values()]
    .filter((list) => list.some(isOfInterest))
    .map((list) => {
      const objects = list.flatMap((release) => objectsOf(release, files, rendered, reasons));
      if (!objects.some(({ manifest }) => /(?:^|\.)cnpg\.io\//.test(manifest.apiVersion)))
        keepSilent(list, rendered, reasons);
      return { name: relative(process.cwd(), list[0]!.outermost).replaceAll('\\', '/') || '.', objects };
    });
  return { units, rendered, reasons };
}

const isOwn = ({ source }: TemplateFile): boolean => /apiVersion:[^\n]*cnpg\.io\//.test(source.text);

/** A chart that deploys nothing of CloudNativePG with its values is named, though its templates were read. */
function keepSilent(list: readonly Release[], rendered: Set<string>, reasons: Map<string, string>): void {
  for (const file of list.flatMap(({ chart }) => chart.templates).filter(isOwn)) {
    if (file.source.file.endsWith('.tpl') || reasons.has(file.source.file)) continue;
    reasons.set(file.source.file, 'it writes nothing with these values');
    rendered.delete(resolve(file.source.file));
  }
}

/** Whether a chart deploys something of CloudNativePG, or an application with the address of a database. */
const isOfInterest = ({ chart, values }: Release): boolean =>
  chart.clusterValues.length > 0 ||
  [...chart.templates, ...chart.refused].some(({ source }) => /cnpg\.io\/|-rw\b/.test(source.text)) ||
  /-rw\b/.test(JSON.stringify(values) ?? '');

function objectsOf(release: Release, files: Files, rendered: Set<string>, reasons: Map<string, string>): Rendered[] {
  const { chart } = release;
  const isOpen = release.isOpen || release.hasMore;
  for (const { source, reason } of chart.refused) reasons.set(source.file, reason);
  const { name, namespace } = release;
  const made = chart.clusterValues.flatMap(({ alias, values }) =>
    ofClusterChart({
      chart: 'cluster',
      alias,
      name,
      namespace,
      values,
      hasMore: release.hasMore || release.at !== undefined,
    }),
  );
  const renderer = new Renderer(chart.templates, rootOf(release), isOpen);
  const rest = chart.templates
    .filter(({ source }) => !source.file.endsWith('.tpl') && matters.test(source.text))
    .flatMap((file) => {
      try {
        const objects = objectsIn(renderer, file, files, isOpen);
        rendered.add(resolve(file.source.file));
        return objects;
      } catch (error) {
        if (!(error instanceof NotDecidable)) throw error;
        reasons.set(file.source.file, error.message);
        return [];
      }
    });
  return [...made, ...rest];
}

function objectsIn(renderer: Renderer, file: TemplateFile, files: Files, isOpen: boolean): Rendered[] {
  // What needs no rendering can be changed.
  if (!file.source.text.includes('{{'))
    return (files.file(resolve(file.source.file))?.manifests ?? []).map(renderedFrom);
  const { source, open, reason } = renderer.render(file);
  const { manifests, unread } = parseFile(source);
  if (unread) throw new NotDecidable('what it writes is not YAML');
  if (manifests.length === 0 && reason !== undefined && isOwn(file)) throw new NotDecidable(reason);
  return manifests.map((manifest) => ({
    ...renderedFrom(manifest),
    ...(isOpen || !open.isEmpty ? { open } : {}),
  }));
}
