import { isMap } from 'yaml';
import { type Edit, removeEntry } from '../change/edit.ts';
import { cnpg } from '../documentation.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import type { Resource } from '../objects/resource.ts';
import type { Place } from '../text/manifest.ts';

/** What users set, by its name behind `cnpg.io/`. Source: “Predefined annotations” of the documentation. */
const annotations =
  'coredumpFilter fencedInstances forceLegacyBackup hibernation podPatch reconcilePodSpec reconciliationLoop ' +
  'skipEmptyWalArchiveCheck skipWalArchiving validation volumeSnapshotDeadline';

/** The operator looks for annotations among the annotations only. */
export const annotationAsLabel: Rule = {
  id: 'annotation-as-label',
  severity: 'warning',
  title: 'annotation of the operator set as a label',
  documentation: cnpg('labels_annotations', 'predefined-annotations'),
  explanation:
    'The operator reads these settings from the annotations of an object. Among the labels they have no effect, and ' +
    'nothing reports it: a Cluster that should be hibernated or fenced keeps running, and a restore that should skip a check does ' +
    'not. The change moves the line.',
  bad: cluster('instances: 1', 'labels:\n  cnpg.io/skipEmptyWalArchiveCheck: enabled'),
  *check({ own }) {
    for (const resource of own)
      for (const name of annotations.split(' ').map((word) => `cnpg.io/${word}`)) {
        const at = resource.manifest.at('metadata', 'labels', name);
        if (!at) continue;
        yield {
          resource,
          at,
          message: `The operator reads ${name} from the annotations, and this is a label: it has no effect.`,
          change: moved(resource, at, name),
        };
      }
  },
};

/** The line among the annotations; none where they have it already. */
function moved(resource: Resource, at: Place, name: string): Edit[] {
  const value = resource.reference('metadata', 'labels', name);
  const isSet = resource.manifest.at('metadata', 'annotations', name) !== undefined;
  const added = isSet ? [] : resource.set(['metadata', 'annotations', name], value);
  if (!isSet && added.length === 0) return [];
  const labels = resource.manifest.at('metadata', 'labels')!;
  const isOnly = isMap(labels.node) && labels.node.items.length === 1;
  return [...added, removeEntry(isOnly ? labels : at)];
}
