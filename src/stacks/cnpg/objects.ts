/** The Kubernetes objects that are read, as far as they are read. */

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly resourceVersion?: string;
  readonly deletionTimestamp?: string;
  readonly ownerReferences?: readonly {
    readonly apiVersion?: string;
    readonly kind: string;
    readonly name: string;
    readonly uid?: string;
  }[];
}
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly [field: string]: unknown;
}
/** Names one object. */
export interface Ref {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface KubeNode extends KubeObject {
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

export interface ClusterStatus {
  readonly phase?: string;
  readonly phaseReason?: string;
  readonly instances?: number;
  readonly readyInstances?: number;
  readonly currentPrimary?: string;
  /** `pending` while the operator looks for a new one. */
  readonly targetPrimary?: string;
  readonly timelineID?: number;
  readonly instanceNames?: readonly string[];
  readonly image?: string;
  readonly conditions?: readonly Condition[];
}
export interface Cluster extends KubeObject {
  readonly spec: {
    readonly instances: number;
    readonly storage?: { readonly size?: string };
    readonly [field: string]: unknown;
  };
  readonly status?: ClusterStatus;
}

interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly containerID?: string;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: { readonly startedAt?: string };
    readonly terminated?: { readonly reason?: string; readonly exitCode?: number };
  };
}
export interface Pod extends KubeObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly { readonly name: string; readonly image?: string }[];
    readonly initContainers?: readonly { readonly name: string; readonly image?: string }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    /** Address of its node. */
    readonly hostIP?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}
export interface Pooler extends KubeObject {
  readonly spec: {
    readonly cluster: { readonly name: string };
    readonly type?: 'rw' | 'ro' | 'r';
    readonly instances?: number;
    readonly pgbouncer?: {
      readonly poolMode?: string;
      readonly paused?: boolean;
      readonly parameters?: Readonly<Record<string, string>>;
    };
  };
}
export interface Service extends KubeObject {
  readonly spec: {
    readonly clusterIP?: string;
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports?: readonly { readonly port: number; readonly nodePort?: number }[];
  };
  readonly status?: {
    readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] };
  };
}
export interface Backup extends KubeObject {
  readonly spec?: { readonly cluster?: { readonly name?: string } };
  readonly status?: {
    readonly phase?: string;
    readonly stoppedAt?: string;
    readonly error?: string;
    readonly backupId?: string;
    readonly beginWal?: string;
    readonly endWal?: string;
    readonly instanceID?: { readonly podName?: string };
  };
}
export interface Secret extends KubeObject {
  /** Base64. */
  readonly data?: Record<string, string>;
}
export interface Deployment extends KubeObject {
  readonly spec: { readonly replicas?: number; readonly [field: string]: unknown };
  readonly status?: { readonly readyReplicas?: number; readonly replicas?: number };
}
export interface EndpointSlice extends KubeObject {
  readonly endpoints?: readonly {
    readonly addresses: readonly string[];
    readonly conditions?: { readonly ready?: boolean };
    readonly targetRef?: { readonly kind?: string; readonly name?: string };
  }[];
}
export interface Lease extends KubeObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly renewTime?: string;
    readonly leaseDurationSeconds?: number;
  };
}
export interface KubeEvent extends KubeObject {
  readonly reason?: string;
  readonly message?: string;
  readonly type?: string;
  readonly count?: number;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly involvedObject?: { readonly kind?: string; readonly name?: string };
}

const cnpg = 'postgresql.cnpg.io/v1';
export const clusterKind = { apiVersion: cnpg, kind: 'Cluster' } as const;
export const poolerKind = { apiVersion: cnpg, kind: 'Pooler' } as const;
export const backupKind = { apiVersion: cnpg, kind: 'Backup' } as const;
export const scheduledBackupKind = { apiVersion: cnpg, kind: 'ScheduledBackup' } as const;
export const serviceKind = { apiVersion: 'v1', kind: 'Service' } as const;
export const nodeKind = { apiVersion: 'v1', kind: 'Node' } as const;
export const podKind = { apiVersion: 'v1', kind: 'Pod' } as const;
export const claimKind = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' } as const;
export const secretKind = { apiVersion: 'v1', kind: 'Secret' } as const;
export const eventKind = { apiVersion: 'v1', kind: 'Event' } as const;
export const deploymentKind = { apiVersion: 'apps/v1', kind: 'Deployment' } as const;

/** Names an object of a kind. */
export const refTo = (kind: Pick<Ref, 'apiVersion' | 'kind'>, name: string, namespace?: string): Ref => ({
  ...kind,
  metadata: namespace === undefined ? { name } : { name, namespace },
});

/** Whether a pod and all its containers are ready. */
export const isReady = (pod: Pod): boolean =>
  pod.metadata.deletionTimestamp === undefined &&
  (pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false);

/** A quantity of bytes as Kubernetes writes it: `20Gi`, `500M`. NaN where it is none. */
export function bytesOf(quantity: string): number {
  const [, number, prefix = '', binary] = /^([\d.]+)([kMGT]?)(i?)$/i.exec(quantity) ?? [];
  const power = ['', 'K', 'M', 'G', 'T'].indexOf(prefix.toUpperCase());
  return Number(number) * (binary ? 1_024 : 1_000) ** power;
}
