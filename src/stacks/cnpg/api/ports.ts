/** Ports on every node that lead into the cluster: the same everywhere, since each cluster's nodes have addresses of their own. */

/** PostgreSQL's, inside. */
export const postgresPort = 5432;
/** The most instances and poolers that a topology may have. */
const most = 9;

export const nodePorts = {
  /** The seed's: the primary, wherever it is. */
  direct: 30432,
  readonly: 30433,
  minio: 30900,
  /** An instance that was restored. */
  restore: 30470,
  pooler: (number: number) => 30440 + number,
  instance: (number: number) => 30450 + number,
} as const;

export const allNodePorts: readonly number[] = [
  nodePorts.direct,
  nodePorts.readonly,
  nodePorts.minio,
  nodePorts.restore,
  ...Array.from({ length: most }, (_, i) => nodePorts.pooler(i + 1)),
  ...Array.from({ length: most }, (_, i) => nodePorts.instance(i + 1)),
];
