/** Which release of the operator a repository installs: by its Helm chart, its release manifest, or its image. */
import { isMap, isScalar, type Scalar, visit, type YAMLMap } from 'yaml';
import { textOf } from '../text/nodes.ts';
import { rootsOf } from '../text/parse.ts';
import { positionIn } from '../text/source.ts';
import { asideIn } from './aside.ts';
import type { File } from './files.ts';

/** The operator that a repository installs. */
export interface Operator {
  /** `1.27` */
  readonly version: string;
  readonly file: string;
  readonly line: number;
  /** As the file has it: `chart cloudnative-pg 0.26.0`. */
  readonly by: string;
}

/**
 * The minor release of the chart `cloudnative-pg` with the minor release of the operator that it installs, both without
 * the major: chart 0.26 has `appVersion` 1.27. Source: `Chart.yaml` at the tags of github.com/cloudnative-pg/charts.
 */
const charts = new Map([
  [13, 15],
  [14, 16],
  [15, 17],
  [16, 18],
  [17, 19],
  [18, 20],
  [19, 21],
  [20, 22],
  [21, 23],
  [22, 24],
  [23, 25],
  [24, 26],
  [25, 26],
]);

/** @returns `1.27` for chart `0.26.0`; from 0.26 on, each minor of the chart is one of the operator */
export function operatorOfChart(version: string): string | undefined {
  // `0.26.x` and `~0.26.0` stay within a minor; `^0.26.0` does too below 1.0.
  const minor = /^[~^=v]*\s*0\.(\d+)(?:\.(?:\d+(?:-[\w.]+)?|x|\*))?$/i.exec(version.trim())?.[1];
  if (minor === undefined) return undefined;
  const operator = charts.get(Number(minor)) ?? (Number(minor) > 25 ? Number(minor) + 1 : undefined);
  return operator === undefined ? undefined : `1.${operator}`;
}

/** Repositories with more different releases are about releases, such as the operator's own. */
const most = 2;

/**
 * The oldest release that the files install, as what does not exist there would not work; undefined where none is known.
 * Files of examples and the first installation (`bootstrap/`) do not count.
 * @param root the deepest folder that holds all files
 */
export function operatorIn(files: readonly Pick<File, 'path' | 'source'>[], root: string): Operator | undefined {
  const found = files
    .filter(({ path, source: { text } }) => mention.test(text) && !isAside(path, root))
    .flatMap(installedBy);
  const releases = new Set(found.map(({ version }) => version));
  if (releases.size > most) return undefined;
  return found.toSorted((a, b) => minorOf(a) - minorOf(b))[0];
}

/** A quick look before a file is gone through: the chart, the repository and its releases, not images of PostgreSQL. */
const mention = /cloudnative-pg["']?\s*(?:[,}#]|$)|cloudnative-pg\/cloudnative-pg|\bcnpg-1\./m;

const isAside = (path: string, root: string): boolean =>
  asideIn(path, root) !== undefined || path.slice(root.length).split('/').includes('bootstrap');

const minorOf = ({ version }: Operator): number => Number(version.split('.')[1]);

function installedBy({ source }: Pick<File, 'source'>): Operator[] {
  const found: Operator[] = [];
  const isVendored = releaseFile.test(source.file);
  const add = (version: string | undefined, node: Scalar, by: string) => {
    const { line } = positionIn(source, node.range?.[0] ?? 0);
    if (version !== undefined) found.push({ version, file: source.file, line, by });
  };
  for (const { node, manifest } of rootsOf(source)) {
    if (!node) continue;
    visit(node, {
      Map(_, map) {
        const chart = chartIn(map);
        if (chart) add(operatorOfChart(String(chart.value)), chart, `chart cloudnative-pg ${chart.value}`);
      },
      Scalar(key, scalar) {
        const value = typeof scalar.value === 'string' && key !== 'key' ? scalar.value : '';
        const release = releaseIn(value, manifest.kind === 'Deployment' && !isVendored);
        if (release) add(release, scalar, value.split('/').at(-1)!);
      },
    });
  }
  return found;
}

/** The version of the operator's chart, where a map names both. */
function chartIn(map: YAMLMap): Scalar | undefined {
  const text = (name: string) => textOf(map.get(name, true)) ?? '';
  const scalar = (at: unknown, ...names: string[]) =>
    isMap(at) ? names.map((name) => at.get(name, true)).find((node) => isScalar(node)) : undefined;
  // HelmRelease, HelmChart of Flux and k3s, Application, helmfile.
  if (/(?:^|\/)cloudnative-pg$/.test(text('chart'))) return scalar(map, 'version', 'targetRevision');
  // `helmCharts` of a kustomization, `dependencies` of a chart.
  if (text('name') === 'cloudnative-pg' && (map.has('repo') || map.has('repository'))) return scalar(map, 'version');
  if (/\/charts\/cloudnative-pg$/.test(text('url'))) return scalar(map.get('ref', true), 'tag', 'semver');
  if (/\/charts\/cloudnative-pg$/.test(text('repoURL'))) return scalar(map, 'targetRevision');
  return undefined;
}

/** A release manifest; one that is kept as a file is installed where a kustomization names it. */
const releaseFile = /(?:^|\/)cnpg-(1\.\d+)\.\d+\.yaml$/;
const branchUrl = /cloudnative-pg\/cloudnative-pg\b.*(?:\bref=v?|\/release-)(1\.\d+)/;
const image = /(?:^|\/)cloudnative-pg\/cloudnative-pg:v?(1\.\d+)\.\d/;

/** The release that the name of a manifest, or the operator's image, says. */
const releaseIn = (text: string, isOperator: boolean): string | undefined =>
  text.length > 300 || text.includes('\n') || text.includes(' ')
    ? undefined
    : [releaseFile, branchUrl, ...(isOperator ? [image] : [])]
        .map((pattern) => pattern.exec(text)?.[1])
        .find((found) => found !== undefined);
