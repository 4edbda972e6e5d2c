import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { archivingPlugin, cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { archiveRestored, archiveWritten } from '../objects/backup.ts';
import type { Resource } from '../objects/resource.ts';
import type { Place } from '../text/manifest.ts';

const recovery = `
bootstrap:
  recovery:
    source: origin
externalClusters:
  - name: origin
    plugin:
      name: barman-cloud.cloudnative-pg.io
      parameters:
        barmanObjectName: store
        serverName: `;

/** A restore must not archive into the folder that it reads. */
export const recoverySameArchive: Rule = {
  id: 'recovery-same-archive',
  severity: 'error',
  title: 'recovery writes to the archive that it reads',
  documentation: cnpg('recovery', 'restoring-into-a-cluster-with-a-backup-section'),
  explanation:
    'The Cluster is restored from an archive, and archives into the same folder of it. The operator refuses (“Expected ' +
    'empty archive”) and the restore does not start; with `cnpg.io/skipEmptyWalArchiveCheck` the WAL of two clusters may ' +
    'mix, and a restore from it may fail. Give the new Cluster another `serverName`. Without `serverName` the plugin takes ' +
    'the name of the new Cluster for both. A Cluster that was restored long ago ' +
    'keeps running; the harm comes when its manifests create it again.',
  bad: cluster(`instances: 1${archivingPlugin}${recovery}pg`),
  good: cluster(`instances: 1${archivingPlugin}${recovery}pg-2026`),
  check: eachCluster(function* (resource) {
    const written = archiveWritten(resource);
    const read = archiveRestored(resource);
    if (!written || !read || written.store !== read.store || written.server !== read.server) return;
    // A live cluster that archives has its restore behind it.
    if (resource.text('status', 'currentPrimary')) return;
    const annotation = ['metadata', 'annotations', 'cnpg.io/skipEmptyWalArchiveCheck'];
    const skipped = resource.reference(...annotation) === 'enabled';
    // Who switches the check off for a Cluster's own archive rebuilds it in its place: the old one is gone by then.
    if (skipped && (isOwnArchive(resource, written.server) || isExplained(resource.at(...annotation)!))) return;
    yield {
      resource,
      at: serverPlace(resource),
      severity: skipped ? 'info' : 'error',
      message:
        `${resource.name} is restored from the archive ${written.server} and writes to the same one: ` +
        (skipped
          ? 'the check that refuses this is switched off. While the old cluster still runs, the WAL of both goes into one ' +
            'folder, and a restore from it may fail; a new serverName keeps them apart.'
          : 'the operator refuses with “Expected empty archive”, and the restore does not start.'),
      change: [],
    };
  }),
};

/** Whether an archive is named after the Cluster, or after a version of it: `pg`, `pg-v3`, `pg17-v5`, `pg-backup`. */
function isOwnArchive({ name }: Resource, server: string): boolean {
  const unversioned = server.replace(/(?:[-_]?v?\d[\d.]*)+$/, '');
  return (
    server.startsWith(name) || (unversioned !== '' && (name === unversioned || name.startsWith(`${unversioned}-`)))
  );
}

/** Whether a comment on the line of the annotation, or on the one above it, says why the check is off. */
function isExplained({ manifest, offset }: Place): boolean {
  const { text } = manifest.source;
  const end = text.indexOf('\n', offset);
  const lines = text.slice(0, end < 0 ? text.length : end).split('\n');
  return /\s#/.test(lines.at(-1)!) || /^\s*#/.test(lines.at(-2) ?? '');
}

const serverPlace = (resource: Resource) => archiveWritten(resource)!.place;
