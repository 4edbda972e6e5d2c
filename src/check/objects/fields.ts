/**
 * The fields of `spec` in the custom resources of CloudNativePG 1.30 and of the Barman Cloud plugin 0.14: names only.
 * `{…}` holds the fields of a map, `[]{…}` those of the items of a list; `{*}` takes any. Source: the API reference of both.
 */

/** Where Barman keeps WAL and base backups; `@store` in the tables below. */
const store = `
  {azureCredentials{connectionString{key name} inheritFromAzureAD storageAccount{key name} storageKey{key
  name} storageSasToken{key name} useDefaultAzureCredentials} data{additionalCommandArgs compression
  encryption immediateCheckpoint jobs restoreAdditionalCommandArgs} destinationPath endpointCA{key name} endpointURL
  googleCredentials{applicationCredentials{key name} gkeEnvironment} historyTags{*}
  s3Credentials{accessKeyId{key name} inheritFromIAMRole region{key name} secretAccessKey{key name}
  sessionToken{key name}} serverName tags{*} wal{archiveAdditionalCommandArgs compression encryption
  maxParallel restoreAdditionalCommandArgs}}`;

const cluster = `
  {affinity{additionalPodAffinity{*} additionalPodAntiAffinity{*} enablePodAntiAffinity nodeAffinity{*}
  nodeSelector{*} podAntiAffinityType tolerations[]{effect key operator tolerationSeconds value}
  topologyKey} backup{barmanObjectStore@store retentionPolicy target volumeSnapshot{annotations{*}
  className labels{*} online onlineConfiguration{immediateCheckpoint waitForArchive}
  snapshotOwnerReference tablespaceClassName{*} walClassName}} bootstrap{initdb{builtinLocale
  dataChecksums database encoding icuLocale icuRules import{databases pgDumpExtraOptions
  pgRestoreDataOptions pgRestoreExtraOptions pgRestorePostdataOptions pgRestorePredataOptions
  postImportApplicationSQL roles schemaOnly source{externalCluster} type} locale localeCType localeCollate
  localeProvider options owner postInitApplicationSQL postInitApplicationSQLRefs{configMapRefs[]{key name}
  secretRefs[]{key name}} postInitSQL postInitSQLRefs{configMapRefs[]{key name} secretRefs[]{key name}}
  postInitTemplateSQL postInitTemplateSQLRefs{configMapRefs[]{key name} secretRefs[]{key name}} secret{name}
  walSegmentSize} pg_basebackup{database owner secret{name} source} recovery{backup{endpointCA{key name}
  name} database owner recoveryTarget{backupID exclusive targetImmediate targetLSN targetName targetTLI
  targetTime targetXID} secret{name} source volumeSnapshots{storage{apiGroup kind name}
  tablespaceStorage{*} walStorage{apiGroup kind name}}}} certificates{clientCASecret replicationTLSSecret
  serverAltDNSNames serverCASecret serverTLSSecret} description enablePDB enableSuperuserAccess env{*}
  envFrom{*} ephemeralVolumeSource{*} ephemeralVolumesSizeLimit{shm temporaryData}
  externalClusters[]{barmanObjectStore@store connectionParameters{*} name password{key name optional}
  plugin{enabled isWALArchiver name parameters{*}} sslCert{key name optional} sslKey{key name optional}
  sslRootCert{key name optional}} failoverDelay imageCatalogRef{apiGroup kind major name} imageName
  imagePullPolicy imagePullSecrets[]{name} inheritedMetadata{annotations{*} labels{*}} instances
  livenessProbeTimeout logLevel managed{roles[]{bypassrls comment connectionLimit createdb createrole
  disablePassword ensure inRoles inherit login name passwordSecret{name} replication superuser validUntil}
  services{additional[]{selectorType serviceTemplate{metadata{annotations{*} labels{*} name} spec{*}}
  updateStrategy} disabledDefaultServices}} maxSyncReplicas minSyncReplicas
  monitoring{customQueriesConfigMap[]{key name} customQueriesSecret[]{key name} disableDefaultQueries
  enablePodMonitor metricsQueriesTTL podMonitorMetricRelabelings{*} podMonitorRelabelings{*} tls{enabled}}
  nodeMaintenanceWindow{inProgress reusePVC} plugins[]{enabled isWALArchiver name parameters{*}}
  podSecurityContext{*} podSelectorRefs[]{name selector{matchExpressions[]{key operator values}
  matchLabels{*}}} postgresGID postgresUID postgresql{enableAlterSystem extensions[]{bin_path
  dynamic_library_path env{*} extension_control_path image{pullPolicy reference} ld_library_path name}
  ldap{bindAsAuth{prefix suffix} bindSearchAuth{baseDN bindDN bindPassword{key name optional}
  searchAttribute searchFilter} port scheme server tls} parameters{*} pg_hba pg_ident promotionTimeout
  shared_preload_libraries syncReplicaElectionConstraint{enabled nodeLabelsAntiAffinity}
  synchronous{dataDurability failoverQuorum maxStandbyNamesFromCluster method number standbyNamesPost
  standbyNamesPre}} primaryLease{leaseDurationSeconds releasedLeaseDurationSeconds renewDeadlineSeconds
  retryPeriodSeconds} primaryUpdateMethod primaryUpdateStrategy priorityClassName
  probes{liveness{failureThreshold initialDelaySeconds isolationCheck{connectionTimeout enabled
  requestTimeout} periodSeconds successThreshold terminationGracePeriodSeconds timeoutSeconds}
  readiness{failureThreshold initialDelaySeconds maximumLag periodSeconds successThreshold
  terminationGracePeriodSeconds timeoutSeconds type} startup{failureThreshold initialDelaySeconds
  maximumLag periodSeconds successThreshold terminationGracePeriodSeconds timeoutSeconds type}}
  projectedVolumeTemplate{*} replica{enabled minApplyDelay primary promotionToken self source}
  replicationSlots{highAvailability{enabled slotPrefix synchronizeLogicalDecoding}
  synchronizeReplicas{enabled excludePatterns} updateInterval} resources{claims{*} limits{*} requests{*}}
  schedulerName seccompProfile{*} securityContext{*} serviceAccountName
  serviceAccountTemplate{metadata{annotations{*} labels{*} name}} smartShutdownTimeout startDelay
  stopDelay storage{pvcTemplate{*} resizeInUseVolumes size storageClass} superuserSecret{name}
  switchoverDelay tablespaces[]{name owner{name} storage{pvcTemplate{*} resizeInUseVolumes size
  storageClass} temporary} topologySpreadConstraints{*} walStorage{pvcTemplate{*} resizeInUseVolumes size
  storageClass}}`;

const rest: Readonly<Record<string, string>> = {
  Pooler: `
    {cluster{name} deploymentStrategy{rollingUpdate{maxSurge maxUnavailable} type} instances
    monitoring{enablePodMonitor podMonitorMetricRelabelings{*} podMonitorRelabelings{*} tls{enabled}}
    pgbouncer{authQuery authQuerySecret{name} clientCASecret{name} clientTLSSecret{name} image
    imageCatalogRef{apiGroup key kind name} parameters{*} paused pg_hba poolMode serverCASecret{name}
    serverTLSSecret{name}} serviceAccountName serviceTemplate{metadata{annotations{*} labels{*} name}
    spec{*}} template{*} type}`,
  Backup: `
    {cluster{name} method online onlineConfiguration{immediateCheckpoint waitForArchive}
    pluginConfiguration{name parameters{*}} target}`,
  ScheduledBackup: `
    {backupOwnerReference cluster{name} immediate method online onlineConfiguration{immediateCheckpoint
    waitForArchive} pluginConfiguration{name parameters{*}} schedule suspend target}`,
  Database: `
    {allowConnections builtinLocale cluster{name} collationVersion connectionLimit databaseReclaimPolicy
    encoding ensure extensions[]{ensure name schema version} fdws[]{ensure handler name options[]{ensure name
    value} owner usage[]{name type} validator} icuLocale icuRules isTemplate locale localeCType
    localeCollate localeProvider name owner schemas[]{ensure name owner} servers[]{ensure fdw name
    options[]{ensure name value} usage[]{name type}} tablespace template{*}}`,
  DatabaseRole: `
    {bypassrls clientCertificate{enabled} cluster{name} comment connectionLimit createdb createrole
    databaseRoleReclaimPolicy disablePassword ensure inRoles inherit login name passwordSecret{name}
    replication superuser validUntil}`,
  Publication: `
    {cluster{name} dbname name parameters{*} publicationReclaimPolicy target{allTables
    objects[]{table{columns name only schema} tablesInSchema}}}`,
  Subscription: `
    {cluster{name} dbname externalClusterName name parameters{*} publicationDBName publicationName
    subscriptionReclaimPolicy}`,
  ImageCatalog: `
    {componentImages[]{image key} images[]{extensions[]{bin_path dynamic_library_path env{*}
    extension_control_path image{pullPolicy reference} ld_library_path name} image major}}`,
  ObjectStore: `
    {configuration@store instanceSidecarConfiguration{additionalContainerArgs env{*} logLevel
    resources{claims{*} limits{*} requests{*}} retentionPolicyIntervalSeconds} retentionPolicy}`,
};

/** The fields below a field. */
export interface Fields {
  readonly names: ReadonlyMap<string, Fields>;
  /** Any name is right: labels, parameters, Kubernetes' own types. */
  readonly isOpen: boolean;
  /** Whether the field is a list of maps with these fields. */
  readonly isList?: boolean;
}

const leaf: Fields = { names: new Map(), isOpen: true };
const tables = new Map<string, Fields>();

/** The fields of a kind's `spec`; undefined where the kind is not known. */
export function fieldsOf(apiVersion: string, kind: string): Fields | undefined {
  const isStore = kind === 'ObjectStore' && apiVersion === 'barmancloud.cnpg.io/v1';
  if (!isStore && apiVersion !== 'postgresql.cnpg.io/v1') return undefined;
  const name = kind === 'ClusterImageCatalog' ? 'ImageCatalog' : kind;
  const text = name === 'Cluster' ? cluster : rest[name];
  if (text === undefined || (name === 'ObjectStore') !== isStore) return undefined;
  let fields = tables.get(name);
  if (!fields) tables.set(name, (fields = parsed(text.replaceAll('@store', store))));
  return fields;
}

/** `{a b{c d} e[]{f}}` as a tree. */
function parsed(text: string): Fields {
  const tokens = text.match(/[{}]|[^\s{}]+/g) ?? [];
  let at = 0;
  const map = (): Fields => {
    const names = new Map<string, Fields>();
    for (at++; tokens[at] !== '}'; ) {
      const name = tokens[at++]!;
      const below = tokens[at] === '{' ? map() : leaf;
      const isList = name.endsWith('[]');
      names.set(isList ? name.slice(0, -'[]'.length) : name, isList ? { ...below, isList } : below);
    }
    at++;
    return { names, isOpen: names.has('*') };
  };
  return map();
}
