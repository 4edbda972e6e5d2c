import { archivingPlugin, objectStore } from '../../kubernetes/barman-plugin.ts';
import { archiverOf } from '../backup.ts';
import { cnpg } from '../documentation.ts';
import { appendDocument, setIn } from '../edit.ts';
import type { Rule } from '../finding.ts';
import { isThrowAwayRestore } from '../replication.ts';

/** Without an archive there is no backup that can be restored to a time, and none at all of a lost cluster. */
export const walArchiveMissing: Rule = {
  id: 'wal-archive-missing',
  severity: 'warning',
  title: 'Cluster without an archive of its WAL',
  documentation: cnpg('backup', 'wal-archive'),
  *check(inventory) {
    for (const resource of inventory.clusters) {
      if (!resource.at('spec', 'instances') || archiverOf(resource) || isThrowAwayRestore(resource)) continue;
      const store = `${resource.name}-store`;
      const configuration = {
        destinationPath: 's3://BUCKET/',
        s3Credentials: {
          accessKeyId: { name: 'SECRET', key: 'access-key' },
          secretAccessKey: { name: 'SECRET', key: 'secret-key' },
        },
      };
      const plugins = resource.at('spec', 'plugins');
      yield {
        resource,
        at: plugins ?? resource.nearest('spec', 'backup'),
        message:
          `WAL is archived nowhere: what is deleted or corrupted is so on every standby at once, no point in time can be ` +
          `restored, and a standby that falls behind after a failover must be cloned from the primary.`,
        change: plugins
          ? []
          : [
              setIn(resource.base, ['spec', 'plugins'], [archivingPlugin(store)]),
              appendDocument(resource.base, objectStore(store, resource.namespace, configuration, '30d')),
            ],
      };
    }
  },
};
