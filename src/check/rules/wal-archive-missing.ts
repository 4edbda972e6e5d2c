import { archivingPlugin, objectStore } from '../../kubernetes/barman-plugin.ts';
import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { isRestore } from '../leftover.ts';
import { archiverOf, dailySchedule, hasPlugin } from '../objects/backup.ts';
import type { Inventory } from '../objects/inventory.ts';
import { isAlone, isPart, isReplicaCluster, isThrowAwayRestore } from '../objects/replication.ts';
import type { Resource } from '../objects/resource.ts';

const bucket = 's3://BUCKET/';
const secret = 'SECRET';

/** Without an archive no backup can be restored to a moment, and a lost cluster not at all. */
export const walArchiveMissing: Rule = {
  id: 'wal-archive-missing',
  severity: 'warning',
  onlyInProduction: true,
  together: true,
  title: 'Cluster without an archive of its WAL',
  documentation: cnpg('backup', 'wal-archive'),
  explanation:
    'WAL is stored nowhere but in the cluster. A row that is deleted or corrupted is so on every standby at once, no ' +
    'moment in the past can be restored, and a lost cluster stays lost. The change adds the Barman Cloud plugin, an ' +
    'ObjectStore and daily backups; replace the bucket and the Secret with your own. Accept it for data that can be ' +
    'created again, or where logical dumps are enough. A tree with backups of volumes by Longhorn or Velero gets no finding, nor does a ' +
    'database that is named after a cache or a query log (`attic`, `blocky`).',
  bad: cluster('instances: 1'),
  meant: {
    anywhere:
      /\bno (?:back-?ups?|archive|archiving|PITR|pgbackrest|barman)\b|\bwithout (?:a )?back-?ups?\b|\bback-?ups? (?:(?:is|are) )?(?:not needed|unneeded|unnecessary|pointless)\b|(?<!\b(?:no|not|never) (?:an? )?)\b(?:disposable|throw-?away|ephemeral|test manifests?|test fixtures?|re-?creatable|rebuildable)\b|\bcan be (?:recreated|rebuilt|regenerated)\b/i,
  },
  drill: 'point-in-time-restore',
  measured:
    'with the Cluster deleted, the archive on k3s gave back all but the last 19.5 s, in 55.6 s (one run, `docs/measured.md`)',
  check: eachCluster(function* (resource, inventory) {
    if (!resource.at('spec', 'instances') || archiverOf(resource)) return;
    // Parts of one object that a script puts together: what this one lacks is in another.
    if (isPart(resource)) return;
    if (hasVolumeBackups(inventory) || isRebuildable(resource)) return;
    if (isReplicaCluster(resource)) return;
    if (isThrowAwayRestore(resource, inventory) || isRestore(resource, inventory)) return;
    const snapshots = resource.at('spec', 'backup', 'volumeSnapshot') !== undefined;
    yield {
      resource,
      at: resource.at('spec', 'plugins') ?? resource.nearest('spec', 'backup'),
      message: snapshots
        ? `Volume snapshots are taken, but WAL is archived nowhere: a restore gets the moment of a snapshot and nothing ` +
          `after it, and a snapshot that is taken while the cluster writes cannot be restored without WAL.`
        : `WAL is archived nowhere: what is deleted or corrupted ` +
          `${isAlone(resource) ? 'stays so' : 'is so on every standby at once'}, and no moment in the past can be restored. A ` +
          `lost cluster comes back only from backups of its volumes or dumps, if others take them.`,
      change:
        snapshots || resource.at('spec', 'plugins') || !isInstalled(resource, inventory)
          ? []
          : archive(inventory, resource),
      placeholders: [bucket, secret],
    };
  }),
};

/** What keeps only copies and logs: a binary cache’s index, the query log of a DNS server. */
const isRebuildable = ({ name }: Resource): boolean =>
  /(?:^|-)(?:cache|attic|blocky|query-?logs?|access-?logs?)(?:-|$)/i.test(name);

/** Whether something else backs up the volumes: Longhorn or Velero. */
const hasVolumeBackups = (inventory: Inventory): boolean =>
  inventory.once(
    'backups of volumes',
    () =>
      inventory.of('RecurringJob').some((job) => /^backup/.test(job.reference('spec', 'task') ?? '')) ||
      inventory.of('Schedule').some(({ manifest }) => manifest.apiVersion.startsWith('velero.io/')),
  );

/** Whether the plugin may be there: in a tree that something deploys, another Cluster or an ObjectStore shows that it is. */
const isInstalled = ({ owner }: Resource, inventory: Inventory): boolean => owner.unit === '' || hasPlugin(inventory);

function archive(inventory: Inventory, resource: Resource) {
  const store = `${resource.name}-store`;
  const configuration = {
    destinationPath: bucket,
    s3Credentials: {
      accessKeyId: { name: secret, key: 'access-key' },
      secretAccessKey: { name: secret, key: 'secret-key' },
    },
  };
  const appended = resource.append(objectStore(store, resource.namespace, configuration, '30d'));
  if (appended.length === 0 || resource.isExpanded) return [];
  const plugins = resource.set(['spec', 'plugins'], [archivingPlugin(store)]);
  if (plugins.length === 0) return plugins;
  const scheduled = inventory.schedulesOf(resource).length > 0;
  return [...plugins, ...appended, ...(scheduled ? [] : resource.append(dailySchedule(resource, 'plugin')))];
}
