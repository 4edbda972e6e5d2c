/**
 * Whether a pod keeps to a level of the Pod Security Standards, by the rules that Kubernetes documents for them
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/, as of 1.36). Pure.
 */

export const podSecurityLevels = ['privileged', 'baseline', 'restricted'] as const;
export type PodSecurityLevel = (typeof podSecurityLevels)[number];

interface SecurityContext {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly procMount?: string;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly seccompProfile?: { readonly type?: string };
  readonly appArmorProfile?: { readonly type?: string };
  readonly seLinuxOptions?: { readonly type?: string; readonly user?: string; readonly role?: string };
  readonly sysctls?: readonly { readonly name: string }[];
  readonly windowsOptions?: { readonly hostProcess?: boolean };
}
interface Container {
  readonly name: string;
  readonly securityContext?: SecurityContext;
  readonly ports?: readonly { readonly hostPort?: number }[];
}
export interface PodSpec {
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext?: SecurityContext;
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly ephemeralContainers?: readonly Container[];
}

const mayAdd = new Set([
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP'],
  ...['SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
]);
const safeSysctls = new Set([
  ...['kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.ip_unprivileged_port_start'],
  ...['net.ipv4.tcp_syncookies', 'net.ipv4.ping_group_range', 'net.ipv4.ip_local_reserved_ports'],
  ...['net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_fin_timeout', 'net.ipv4.tcp_keepalive_intvl'],
  ...['net.ipv4.tcp_keepalive_probes', 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'],
]);
const seLinuxTypes = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']);
const volumeTypes = new Set([
  ...['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret'],
]);

/** What of the pod the level forbids, a sentence each; none where it is admitted. */
export function podViolations(pod: PodSpec, level: PodSecurityLevel): string[] {
  if (level === 'privileged') return [];
  return level === 'baseline' ? beyondBaseline(pod) : [...beyondBaseline(pod), ...beyondRestricted(pod)];
}

const containersOf = ({ containers, initContainers = [], ephemeralContainers = [] }: PodSpec): readonly Container[] => [
  ...initContainers,
  ...containers,
  ...ephemeralContainers,
];

function beyondBaseline(pod: PodSpec): string[] {
  const host = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => pod[field]);
  const paths = (pod.volumes ?? []).filter(({ hostPath }) => hostPath !== undefined);
  return [
    ...host.map((field) => `it sets ${field}`),
    ...paths.map(({ name }) => `its volume ${name} is a hostPath`),
    ...contextBeyondBaseline('it', pod.securityContext),
    ...containersOf(pod).flatMap(({ name, securityContext, ports = [] }) => [
      ...contextBeyondBaseline(`its container ${name}`, securityContext),
      ...(ports.some(({ hostPort }) => hostPort) ? [`its container ${name} takes a port of the host`] : []),
    ]),
  ];
}

function contextBeyondBaseline(who: string, context: SecurityContext = {}): string[] {
  const {
    privileged,
    capabilities,
    seccompProfile,
    appArmorProfile,
    seLinuxOptions,
    sysctls = [],
    procMount,
  } = context;
  const added = (capabilities?.add ?? []).filter((name) => !mayAdd.has(name));
  const unsafe = sysctls.filter(({ name }) => !safeSysctls.has(name));
  const { type = '', user, role } = seLinuxOptions ?? {};
  return [
    ...(privileged ? [`${who} is privileged`] : []),
    ...(context.windowsOptions?.hostProcess ? [`${who} is a process of the host`] : []),
    ...(added.length > 0 ? [`${who} adds ${added.join(', ')}`] : []),
    ...(seccompProfile?.type === 'Unconfined' ? [`${who} runs without seccomp`] : []),
    ...(appArmorProfile?.type === 'Unconfined' ? [`${who} runs without AppArmor`] : []),
    ...(!seLinuxTypes.has(type) || user || role ? [`${who} sets SELinux options`] : []),
    ...(procMount !== undefined && procMount !== 'Default' ? [`${who} mounts /proc ${procMount}`] : []),
    ...unsafe.map(({ name }) => `${who} sets the sysctl ${name}`),
  ];
}

function beyondRestricted(pod: PodSpec): string[] {
  const volumes = (pod.volumes ?? []).filter((volume) => {
    const types = Object.keys(volume).filter((key) => key !== 'name');
    return types.some((type) => type !== 'hostPath' && !volumeTypes.has(type));
  });
  return [
    ...volumes.map(({ name }) => `its volume ${name} is of a type that is not allowed`),
    ...(pod.securityContext?.runAsUser === 0 ? ['it runs as root'] : []),
    ...containersOf(pod).flatMap((container) => containerBeyondRestricted(container, pod.securityContext)),
  ];
}

function containerBeyondRestricted(
  { name, securityContext: own = {} }: Container,
  ofPod: SecurityContext = {},
): string[] {
  const who = `its container ${name}`;
  const { add = [], drop = [] } = own.capabilities ?? {};
  const seccomp = (own.seccompProfile ?? ofPod.seccompProfile)?.type ?? '';
  return [
    ...(own.allowPrivilegeEscalation === false ? [] : [`${who} does not forbid privilege escalation`]),
    ...((own.runAsNonRoot ?? ofPod.runAsNonRoot) === true ? [] : [`${who} may run as root`]),
    ...(own.runAsUser === 0 ? [`${who} runs as root`] : []),
    ...(['RuntimeDefault', 'Localhost'].includes(seccomp) ? [] : [`${who} has no seccomp profile`]),
    ...(drop.includes('ALL') ? [] : [`${who} keeps capabilities`]),
    ...(add.some((one) => one !== 'NET_BIND_SERVICE') ? [`${who} adds ${add.join(', ')}`] : []),
  ];
}
