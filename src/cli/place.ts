/** What an existing cluster allows: options of the commands that show which drills are possible there. */
import { type Command, Option } from 'commander';
import { UsageError } from '../errors.ts';
import type { PodSecurityLevel } from '../kubernetes/pod-security.ts';
import { podSecurityLevels } from '../kubernetes/pod-security.ts';
import { type Profile, profiles } from '../stacks/cluster/safety/profile-names.ts';
import type { Place } from '../stacks/cluster/safety/profiles.ts';

export interface PlaceFlags {
  readonly rights?: Profile;
  readonly podSecurity?: PodSecurityLevel;
  readonly kubernetes?: string;
  readonly context?: string;
  readonly namespace?: string;
}

const rightsOption = () =>
  new Option('--rights <profile>', 'cluster: how much a drill may do there; see docs/rbac.md').choices([...profiles]);

export const addPlaceOptions = (command: Command): Command =>
  command
    .addOption(rightsOption())
    .addOption(
      new Option('--pod-security <level>', 'cluster: level that the namespace of the Cluster enforces').choices([
        ...podSecurityLevels,
      ]),
    )
    .option('--kubernetes <version>', 'cluster: minor version of Kubernetes, such as 1.34')
    .option('--context <name>', 'cluster: read level and version from the cluster of this kubeconfig context')
    .option('--namespace <name>', 'cluster: with --context: the namespace of the Cluster');

/**
 * What is said of the cluster, and what its API server says where a context is named. The word of the command line counts.
 * @throws UsageError where an option is wrong, or is for a stack that is not `cluster`
 */
export async function placeOf(flags: PlaceFlags, stack: string): Promise<Place> {
  const { rights, podSecurity, kubernetes, context, namespace } = flags;
  const given = Object.entries({ rights, podSecurity, kubernetes, context, namespace }).find(([, value]) => value);
  if (stack !== 'cluster' && given)
    throw new UsageError(
      `--${given[0].replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} is for an existing cluster, but the stack is ${stack}; add --stack cluster`,
    );
  if (kubernetes !== undefined && !/^1\.\d{1,3}$/.test(kubernetes))
    throw new UsageError(`--kubernetes expects a minor version such as 1.34; it got "${kubernetes}"`);
  const said = { profile: rights, podSecurity, kubernetes };
  if (context === undefined && namespace === undefined) return said;
  if (context === undefined || namespace === undefined)
    throw new UsageError('--context and --namespace belong together: which cluster, and where the Cluster is');
  const { kubeOf, readPlace } = await import('../stacks/cluster/place.ts');
  const found = await readPlace(kubeOf(context), namespace);
  return {
    ...{ profile: rights, groupVersions: found.groupVersions },
    ...{ podSecurity: podSecurity ?? found.podSecurity, kubernetes: kubernetes ?? found.kubernetes },
  };
}

/** One line on what is assumed of the cluster. */
export function placeText({ profile, podSecurity, kubernetes }: Place): string {
  const known = [
    profile && `profile ${profile}`,
    podSecurity && `Pod Security ${podSecurity}`,
    kubernetes && `Kubernetes ${kubernetes}`,
  ].filter(Boolean);
  return known.length > 0 ? known.join(', ') : 'nothing is known of it: --rights, --pod-security, --kubernetes';
}
