import { expect } from 'chai';
import { type PodSpec, podViolations } from './pod-security.ts';

const safe = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};
const pod = (change: object = {}, container: object = {}): PodSpec => ({
  containers: [{ name: 'c', securityContext: safe, ...container }],
  ...change,
});
const restricted = (spec: PodSpec) => podViolations(spec, 'restricted');
const baseline = (spec: PodSpec) => podViolations(spec, 'baseline');

/** The documented controls, each broken alone. */
const broken: readonly (readonly [string, PodSpec, RegExp, 'baseline' | 'restricted'])[] = [
  [
    'a privileged container',
    pod({}, { securityContext: { ...safe, privileged: true } }),
    /c is privileged/,
    'baseline',
  ],
  ['the host’s processes', pod({ hostPID: true }), /sets hostPID/, 'baseline'],
  ['the host’s network', pod({ hostNetwork: true }), /sets hostNetwork/, 'baseline'],
  ['a folder of the host', pod({ volumes: [{ name: 'v', hostPath: { path: '/' } }] }), /v is a hostPath/, 'baseline'],
  ['a port of the host', pod({}, { ports: [{ hostPort: 80 }] }), /port of the host/, 'baseline'],
  ['a sysctl', pod({ securityContext: { sysctls: [{ name: 'kernel.msgmax' }] } }), /sysctl kernel.msgmax/, 'baseline'],
  [
    'a capability',
    pod({}, { securityContext: { ...safe, capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } } }),
    /adds SYS_ADMIN/,
    'baseline',
  ],
  [
    'no seccomp',
    pod({}, { securityContext: { ...safe, seccompProfile: { type: 'Unconfined' } } }),
    /without seccomp/,
    'baseline',
  ],
  ['an unmasked /proc', pod({}, { securityContext: { ...safe, procMount: 'Unmasked' } }), /mounts \/proc/, 'baseline'],
  ['SELinux options', pod({ securityContext: { seLinuxOptions: { type: 'spc_t' } } }), /SELinux/, 'baseline'],
  ['an nfs volume', pod({ volumes: [{ name: 'v', nfs: {} }] }), /type that is not allowed/, 'restricted'],
  [
    'privilege escalation',
    pod({}, { securityContext: { ...safe, allowPrivilegeEscalation: undefined } }),
    /does not forbid privilege escalation/,
    'restricted',
  ],
  ['root', pod({}, { securityContext: { ...safe, runAsNonRoot: undefined } }), /may run as root/, 'restricted'],
  ['the user 0', pod({}, { securityContext: { ...safe, runAsUser: 0 } }), /runs as root/, 'restricted'],
  [
    'no seccomp profile',
    pod({}, { securityContext: { ...safe, seccompProfile: undefined } }),
    /no seccomp profile/,
    'restricted',
  ],
  ['capabilities', pod({}, { securityContext: { ...safe, capabilities: {} } }), /keeps capabilities/, 'restricted'],
];

describe('Pod Security', () => {
  it('admits a pod that keeps to every rule, also where the pod says it for its containers', () => {
    expect(restricted(pod())).to.deep.equal([]);
    const { runAsNonRoot, seccompProfile, ...container } = safe;
    const shared = pod({ securityContext: { runAsNonRoot, seccompProfile } }, { securityContext: container });
    expect(restricted(shared)).to.deep.equal([]);
  });

  for (const [what, spec, says, level] of broken)
    it(`refuses ${what} from the level ${level} on`, () => {
      expect(restricted(spec).join('; ')).to.match(says);
      expect(baseline(spec)).to.have.lengthOf(level === 'baseline' ? 1 : 0);
      expect(podViolations(spec, 'privileged')).to.deep.equal([]);
    });

  it('looks at containers of every kind', () => {
    const init = { name: 'init', securityContext: { ...safe, privileged: true } };
    expect(baseline(pod({ initContainers: [init] }))).to.deep.equal(['its container init is privileged']);
    expect(baseline(pod({ ephemeralContainers: [init] }))).to.have.lengthOf(1);
  });
});
