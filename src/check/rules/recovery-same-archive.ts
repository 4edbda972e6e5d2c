import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { archivingPlugin, cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { archiveRestored, archiveWritten } from '../objects/backup.ts';
import type { Resource } from '../objects/resource.ts';

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
    'empty archive”) and the restore does not start; with `cnpg.io/skipEmptyWalArchiveCheck` two timelines of clusters ' +
    'mix, and neither can be restored. Give the new Cluster another `serverName`. A Cluster that was restored long ago ' +
    'keeps running; the harm comes when its manifests create it again.',
  bad: cluster(`instances: 1${archivingPlugin}${recovery}pg`),
  good: cluster(`instances: 1${archivingPlugin}${recovery}pg-2026`),
  check: eachCluster(function* (resource) {
    const written = archiveWritten(resource);
    const read = archiveRestored(resource);
    if (!written || !read || written.store !== read.store || written.server !== read.server) return;
    // A live cluster that archives has its restore behind it.
    if (resource.text('status', 'currentPrimary')) return;
    const skipped = resource.reference('metadata', 'annotations', 'cnpg.io/skipEmptyWalArchiveCheck') === 'enabled';
    yield {
      resource,
      at: serverPlace(resource),
      message:
        `${resource.name} is restored from the archive ${written.server} and writes to the same one: ` +
        (skipped
          ? 'the check that refuses this is switched off, so the WAL of two clusters mixes, and neither can be restored.'
          : 'the operator refuses with “Expected empty archive”, and the restore does not start.'),
      change: [],
    };
  }),
};

const serverPlace = (resource: Resource) => archiveWritten(resource)!.place;
