/** For tests: requests by which the holder of the token would reach nodes, volumes, other pods or accounts. */
import type { AdmissionRequest } from './test-admission.ts';
import { type Asked, create, makeJob, no, quiet, yes } from './test-requests.ts';
import { inJob, makeCluster, secure } from './test-requests-reviewed.ts';

const storage = (more: object) => ({ size: '1Gi', ...more });
const template = (storageClassName: string) => storage({ pvcTemplate: { storageClassName } });
const tablespaces = (more: object) => [{ name: 't', storage: storage(more) }];

const classes: readonly Asked[] = [
  yes('a restored Cluster of a class of production', makeCluster({ storage: storage({ storageClass: 'fast' }) })),
  yes('a restored Cluster of a class in its template', makeCluster({ walStorage: template('fast') })),
  yes('tablespaces of a class of production', makeCluster({ tablespaces: tablespaces({ storageClass: 'fast' }) })),
  no('a restored Cluster of another class', makeCluster({ storage: storage({ storageClass: 'premium' }) })),
  no('a restored Cluster of a part of the name of a class', makeCluster({ storage: storage({ storageClass: 'fas' }) })),
  no('a restored Cluster of two classes in one text', makeCluster({ storage: storage({ storageClass: 'fast,fast' }) })),
  no('a restored Cluster of the empty class', makeCluster({ storage: storage({ storageClass: '' }) })),
  no('a restored Cluster with the empty class in its template', makeCluster({ storage: template('') })),
  no('a restored Cluster with another class in its template', makeCluster({ storage: template('premium') })),
  no('WAL of another class', makeCluster({ walStorage: storage({ storageClass: 'premium' }) })),
  no('WAL with another class in its template', makeCluster({ walStorage: template('premium') })),
  no('tablespaces of another class', makeCluster({ tablespaces: tablespaces({ storageClass: 'premium' }) })),
  no(
    'tablespaces with another class in their template',
    makeCluster({ tablespaces: tablespaces({ pvcTemplate: { storageClassName: 'premium' } }) }),
  ),
  no(
    'another class of volume attributes',
    makeCluster({ storage: storage({ pvcTemplate: { volumeAttributesClassName: 'gold' } }) }),
  ),
];

const everything = {
  required: {
    requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', namespaceSelector: {} }],
  },
};
const { seccompProfile: _seccomp, ...withoutSeccomp } = quiet.securityContext as Record<string, unknown>;
const { capabilities: _capabilities, ...withCapabilities } = quiet.securityContext as Record<string, unknown>;
const { runAsNonRoot: _nonRoot, ...perhapsRoot } = quiet.securityContext as Record<string, unknown>;
const jobs: readonly Asked[] = [
  yes(
    'the Job with the fields that Kubernetes sets',
    makeJob({
      ...{ dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler', securityContext: {} },
      containers: [{ ...quiet, terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' }],
    }),
  ),
  no('a Job by the user 0', secure({ runAsUser: 0 })),
  no('a Job by another user', secure({ runAsUser: 1 })),
  no('a Job by the group 0', secure({ runAsGroup: 0 })),
  no('a Job that may be root', secure({ runAsNonRoot: false })),
  no('a Job that leaves open whether it is root', inJob({ securityContext: perhapsRoot })),
  no('a Job without seccomp', secure({ seccompProfile: { type: 'Unconfined' } })),
  no(
    'a Job with a seccomp profile of the node',
    secure({ seccompProfile: { type: 'Localhost', localhostProfile: 'x' } }),
  ),
  no('a Job that leaves seccomp to the node', inJob({ securityContext: withoutSeccomp })),
  no('a Job that keeps its capabilities', inJob({ securityContext: withCapabilities })),
  no('a Job that drops one capability', secure({ capabilities: { drop: ['NET_RAW'] } })),
  no('a Job without AppArmor', secure({ appArmorProfile: { type: 'Unconfined' } })),
  no('a Job with SELinux options', secure({ seLinuxOptions: { type: 'spc_t' } })),
  no('a Job that may gain privileges', secure({ allowPrivilegeEscalation: true })),
  no('a Job without a security context', inJob({ securityContext: undefined })),
  no('a Job whose pods run as the user 0', makeJob({ securityContext: { runAsUser: 0 } })),
  no('a Job whose pods are not confined', makeJob({ securityContext: { seccompProfile: { type: 'Unconfined' } } })),
  no(
    'a Job whose pods set a sysctl',
    makeJob({ securityContext: { sysctls: [{ name: 'kernel.shm_rmid_forced', value: '1' }] } }),
  ),
  no('a Job whose pods have a group of volumes', makeJob({ securityContext: { supplementalGroups: [0] } })),
  no('a Job in the user namespace of its node', makeJob({ hostUsers: true })),
  no('a Job of another runtime', makeJob({ runtimeClassName: 'fast' })),
  no('a Job by another scheduler', makeJob({ schedulerName: 'mine' })),
  no('a Job of chosen nodes', makeJob({ nodeSelector: { 'node-role.kubernetes.io/control-plane': '' } })),
  no('a Job that is spread over nodes', makeJob({ topologySpreadConstraints: [{ maxSkew: 1 }] })),
  no('a Job that keeps every pod from its nodes', makeJob({ affinity: { podAntiAffinity: everything.required } })),
  no('a Job that goes where other pods are', makeJob({ affinity: { podAffinity: everything.required } })),
  no('a Job with rules about nodes', makeJob({ affinity: { nodeAffinity: {} } })),
  no('a Job that takes a device', makeJob({ resourceClaims: [{ name: 'gpu', resourceClaimTemplateName: 't' }] })),
  no('a Job that takes all CPUs', inJob({ resources: { requests: { cpu: '64', memory: '128Mi' } } })),
  no('a Job that takes all memory', inJob({ resources: { requests: { cpu: '100m', memory: '1Ti' } } })),
  no('a Job that takes a GPU', inJob({ resources: { requests: { cpu: '100m', 'nvidia.com/gpu': '1' } } })),
  no('a Job whose requests follow from its limits', inJob({ resources: { limits: { cpu: '64' } } })),
  no(
    'a Job that has its node ask an address',
    inJob({ livenessProbe: { httpGet: { host: '169.254.169.254', port: 80 } } }),
  ),
  no(
    'a Job that has its node ask an address at its end',
    inJob({ lifecycle: { preStop: { httpGet: { host: '10.0.0.1', port: 80 } } } }),
  ),
  no('a Job that stays', makeJob({}, undefined, { finalizers: ['a.b/c'] })),
  no(
    'a Job whose pods have annotations',
    makeJob({}, undefined, { annotations: { 'k8s.v1.cni.cncf.io/networks': 'host' } }),
  ),
];

const pods: readonly Asked[] = [
  no('a pod on a node that keeps every pod away', create({ affinity: { podAntiAffinity: everything.required } })),
  no('a pod on a node that is spread', create({ topologySpreadConstraints: [{ maxSkew: 1 }] })),
  no('a pod with the name of an instance', named('pg-4')),
  no('a pod whose name Kubernetes chooses', named(undefined)),
];
function named(name: string | undefined): AdmissionRequest {
  const made = create({});
  const { metadata, ...object } = made.object as { metadata: { name?: string } };
  const { name: _, ...rest } = metadata;
  return { ...made, object: { ...object, metadata: { ...rest, ...(name ? { name } : { generateName: 'pg-' }) } } };
}

export const pinned: readonly Asked[] = [...classes, ...jobs, ...pods];
