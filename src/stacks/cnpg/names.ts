/** What things are called in the manifests, and labels of CloudNativePG. */

export const namespace = 'data-layer';
const clusterName = 'postgres';

/** Which Cluster of CloudNativePG, and where. */
export interface Site {
  readonly namespace: string;
  readonly cluster: string;
  readonly operatorNamespace: string;
}
/** A Cluster that the harness stands up, with what its clients need. */
export interface DrillSite extends Site {
  /** The Pooler that the load goes through. */
  readonly pooler: string;
  /** The database that the load uses, and its owner. */
  readonly database: string;
  readonly user: string;
  /** The Secret with the owner's password. */
  readonly userSecret: string;
}
export const poolerName = 'postgres-pooler';
/** The database that the load uses, owned by the role of the same name. */
export const loadDatabase = 'myapp_prod';
export const bucketName = 'postgres-backups';
/** The object store of the manifests. */
export const storeDeployment = 'minio';

export const operatorNamespace = 'cnpg-system';
/** That of the manifests. */
export const manifestSite: DrillSite = {
  ...{ namespace, cluster: clusterName, operatorNamespace },
  pooler: poolerName,
  database: loadDatabase,
  user: loadDatabase,
  userSecret: 'postgres-myapp-prod-password',
};
export const operatorDeployment = 'cnpg-controller-manager';
export const operatorLabels = 'app.kubernetes.io/name=cloudnative-pg';

/** Where CloudNativePG's container of a pod keeps PostgreSQL, and PgBouncer. */
export const postgresContainer = 'postgres';
export const pgbouncerContainer = 'pgbouncer';

export const labels = {
  cluster: 'cnpg.io/cluster',
  instance: 'cnpg.io/instanceName',
  role: 'cnpg.io/instanceRole',
  podRole: 'cnpg.io/podRole',
  pooler: 'cnpg.io/poolerName',
  scheduledBackup: 'cnpg.io/scheduled-backup',
  /** Set by pgdrill: which of the poolers a pod is, so that each can be reached separately. */
  poolerNumber: 'pgdrill.dev/pooler',
} as const;

/** The name that CloudNativePG's server certificates carry. */
export const serverNameOf = ({ cluster }: Site): string => `${cluster}-rw`;
/** The secret with the authority of those certificates. */
export const caSecretOf = ({ cluster }: Site): string => `${cluster}-ca`;
export const superuserSecretOf = ({ cluster }: Site): string => `${cluster}-superuser`;
/** CloudNativePG numbers the instances of a cluster from 1. */
export const instanceNameOf = ({ cluster }: Site, number: number): string => `${cluster}-${number}`;
/** Selects the pods of a Cluster's instances, without those of jobs and poolers. */
export const instanceSelector = (cluster: string): string => `${labels.cluster}=${cluster},${labels.podRole}=instance`;
