/** Manifests for the examples of rules: short, and whole enough to be judged. */

const indented = (text: string): string =>
  text
    .trim()
    .split('\n')
    .map((line) => (line === '' ? '' : `  ${line}`))
    .join('\n');

/** An object of CloudNativePG; `spec` begins at column 0. */
const object = (kind: string, name: string, spec: string, metadata = ''): string =>
  `apiVersion: ${kind === 'ObjectStore' ? 'barmancloud.cnpg.io' : 'postgresql.cnpg.io'}/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${
    metadata === '' ? '' : `${indented(metadata)}\n`
  }spec:\n${indented(spec)}\n`;

/** A Cluster with storage. */
export const cluster = (spec: string, metadata = ''): string =>
  object('Cluster', 'pg', `${spec.trim()}\nstorage:\n  size: 10Gi`, metadata);
/** A Pooler of that Cluster. */
export const pooler = (spec: string): string => object('Pooler', 'pg-pooler', `cluster:\n  name: pg\n${spec.trim()}`);
export const scheduledBackup = (spec: string): string =>
  object('ScheduledBackup', 'pg-daily', `cluster:\n  name: pg\n${spec.trim()}`);
export const objectStore = (spec: string): string => object('ObjectStore', 'store', spec);

/** The plugin that archives to the ObjectStore `store`. */
export const archivingPlugin = `
plugins:
  - name: barman-cloud.cloudnative-pg.io
    isWALArchiver: true
    parameters:
      barmanObjectName: store`;
/** In-tree Barman. */
export const barmanObjectStore = `
backup:
  barmanObjectStore:
    destinationPath: s3://backups/
    s3Credentials:
      inheritFromIAMRole: true`;

/** An alert on an expression. */
export const alert = (expression: string): string => `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: postgres
spec:
  groups:
    - name: postgres
      rules:
        - alert: Postgres
          expr: ${expression}
`;

/** A ConfigMap with the address of the database. */
export const configMap = (data: string): string => `apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
data:
${indented(data)}
`;

/** Several objects in one file. */
export const together = (...objects: readonly string[]): string => objects.join('---\n');
