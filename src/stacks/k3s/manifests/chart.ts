/** Releases of the chart `cluster` of CloudNativePG among what `--manifests` names: a HelmRelease, or a values file. */
import { basename } from 'node:path';
import { UsageError } from '../../../errors.ts';
import { type ChartRelease, clusterChart, plainObject } from '../../../kubernetes/cluster-chart.ts';
import type { Mutable } from './change.ts';
import type { Found } from './sources.ts';

const chartName = 'cluster';

/** The objects of releases of the chart among what was read, in place of the releases. Others stay as they are. */
export const expandCharts = (found: readonly Found[]): Found[] =>
  found.flatMap((one) => {
    const release = releaseIn(one);
    if (!release) return [one];
    const { file, line } = one;
    return clusterChart(release).map((object) => ({ value: plainObject(object), file, line }));
  });

function releaseIn({ value, file, line }: Found): ChartRelease | undefined {
  const { kind, metadata, spec, apiVersion } = value as Mutable;
  // A values file has no kind; of all charts, this one has `cluster` with `storage` or `instances`.
  if (!kind && !apiVersion && (value as Mutable).cluster && typeof (value as Mutable).cluster === 'object')
    return { name: basename(file).replace(/(\.?values)?\.ya?ml$/, '') || 'drill', namespace: undefined, values: value };
  if (kind !== 'HelmRelease') return undefined;
  const chart = spec?.chart?.spec?.chart ?? spec?.chartRef?.name;
  if (chart !== chartName) return undefined;
  if (spec.valuesFrom)
    throw new UsageError(
      `${file}:${line}: the values of the HelmRelease ${metadata.name} come from other objects (spec.valuesFrom), which cannot be read here; render it first (helm template) and name the result`,
    );
  const namespace = spec.targetNamespace ?? metadata.namespace;
  return { name: spec.releaseName ?? metadata.name, namespace, values: spec.values ?? {} };
}
