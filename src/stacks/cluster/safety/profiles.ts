/**
 * How much of a cluster a drill is given. A profile is a ceiling: which one a scenario needs follows from the contracts of
 * its faults, and no list is kept beside them. Pure.
 */
import type { FaultContract } from '../../../faults/contract.ts';
import { contractOf, isFault } from '../../../faults/index.ts';
import type { Capability } from '../../../faults/target.ts';
import { type PodSecurityLevel, type PodSpec, podViolations } from '../../../kubernetes/pod-security.ts';
import { agentPod } from '../pods/agent.ts';
import { type Profile, profiles } from './profile-names.ts';

export { type Profile, profiles };

/** What each is for, in a few words. */
export const profileMeans: Readonly<Record<Profile, string>> = {
  observe: 'watches, and restores backups into a namespace of its own; injects nothing',
  platform: 'faults by the API and by exec: what anyone may do who runs the cluster; makes no pod',
  node: 'faults on nodes, by a privileged pod: root on every node that admits it',
};

/** What every drill needs: batch/v1 CronJob, discovery.k8s.io/v1 EndpointSlice. */
const kubernetesOfAll = '1.21';
/** CronJobs with a time zone, which `manifests` prints. */
export const kubernetesOfManifests = '1.27';

/** ValidatingAdmissionPolicies are stable. */
export const kubernetesOfAdmission = '1.30';

/** The least profile that allows what a scenario names in `needs`. */
export function profileOf(needs: readonly Capability[]): Profile {
  const faults = needs.filter(isFault);
  if (faults.some((fault) => contractOf(fault)?.onCluster?.agent)) return 'node';
  return faults.length > 0 ? 'platform' : 'observe';
}

const allows = (profile: Profile, needed: Profile): boolean => profiles.indexOf(profile) >= profiles.indexOf(needed);

/** What is known of a cluster before anything is asked of it. Absent: it forbids nothing. */
export interface Place {
  readonly profile?: Profile | undefined;
  /** The level that the namespace of the Cluster enforces. */
  readonly podSecurity?: PodSecurityLevel | undefined;
  /** Minor version of Kubernetes: `1.34`. */
  readonly kubernetes?: string | undefined;
  /** What the cluster serves beside the core API: `chaos-mesh.org/v1alpha1`. */
  readonly groupVersions?: readonly string[] | undefined;
}

/** An API that something else brings to a cluster. */
export type Api = NonNullable<NonNullable<FaultContract['onCluster']>['api']>;

/** What a scenario needs of the cluster that others bring. */
export const apisOf = (needs: readonly Capability[]): readonly Api[] =>
  needs.filter(isFault).flatMap((fault) => contractOf(fault)?.onCluster?.api ?? []);

/** Why an API is not there, in words that follow what needs it; undefined where it is. */
export function whyNoApi({ groupVersion, of }: Api, served: readonly string[]): string | undefined {
  if (served.includes(groupVersion)) return undefined;
  const group = groupVersion.split('/')[0]!;
  const others = served.filter((one) => one.startsWith(`${group}/`));
  return others.length > 0
    ? `needs ${groupVersion} of ${of}, but the cluster serves ${others.join(', ')}`
    : `needs ${of} in the cluster, which serves no ${groupVersion}; install it`;
}

/** The pod that a fault on a node is brought about by. */
const agent = agentPod({ namespace: 'n', cluster: 'c', node: 'n', image: 'i' }).spec as unknown as PodSpec;

/**
 * Why a scenario is not run at a place, in words that follow its name; undefined where it is.
 * @param needs of the scenario
 * @param capabilities of the stack `cluster`
 */
export function whyNotAt(
  needs: readonly Capability[],
  capabilities: ReadonlySet<Capability>,
  { profile, podSecurity = 'privileged', kubernetes, groupVersions }: Place,
): string | undefined {
  const lacking = needs.filter((need) => !capabilities.has(need));
  if (lacking.length > 0) return `is never run on an existing cluster: no ${lacking.join(', ')}`;
  const needed = profileOf(needs);
  if (profile && !allows(profile, needed)) return `needs the profile ${needed}, which allows more than ${profile}`;
  const [refused] = needed === 'node' ? podViolations(agent, podSecurity) : [];
  if (refused)
    return `needs a pod that Pod Security ${podSecurity} refuses: ${refused.replace(/^it/, 'the pod on the node')}`;
  const since = needs.filter(isFault).flatMap((fault) => contractOf(fault)?.onCluster?.kubernetes ?? []);
  const newest = [kubernetesOfAll, ...since].sort(byMinor).at(-1)!;
  if (kubernetes && byMinor(kubernetes, newest) < 0) return `needs Kubernetes ${newest}, newer than ${kubernetes}`;
  return apisOf(needs)
    .map((api) => groupVersions && whyNoApi(api, groupVersions))
    .find(Boolean);
}

const minor = (version: string): number => Number(version.split('.')[1]);
const byMinor = (a: string, b: string): number => minor(a) - minor(b);
