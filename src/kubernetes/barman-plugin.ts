/** The objects of the Barman Cloud plugin. Source: its documentation, "Using the Barman Cloud Plugin". */

export const barmanPlugin = 'barman-cloud.cloudnative-pg.io';

export const objectStoreKind = { apiVersion: 'barmancloud.cnpg.io/v1', kind: 'ObjectStore' } as const;

/** @param serverName the Cluster's folder in the store, where it is not called as the Cluster is */
export const pluginParameters = (objectStore: string, serverName?: string) => ({
  barmanObjectName: objectStore,
  ...(serverName ? { serverName } : {}),
});

/** The plugin's entry in `spec.plugins` that archives to an ObjectStore. */
export const archivingPlugin = (objectStore: string, serverName?: string) => ({
  name: barmanPlugin,
  isWALArchiver: true,
  parameters: pluginParameters(objectStore, serverName),
});

/** The plugin's own object, with the configuration that the in-tree Barman had in the Cluster. */
export const objectStore = (
  name: string,
  namespace: string | undefined,
  configuration: unknown,
  retentionPolicy?: string,
) => ({
  ...objectStoreKind,
  metadata: { name, ...(namespace ? { namespace } : {}) },
  spec: { ...(retentionPolicy ? { retentionPolicy } : {}), configuration },
});

/** How a Backup or ScheduledBackup is taken: the plugin's way. */
export const pluginMethod = { method: 'plugin', pluginConfiguration: { name: barmanPlugin } } as const;
