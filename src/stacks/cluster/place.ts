/** What an existing cluster allows, as its API server says: asked before a drill is chosen. */
import { configOf } from '../../kubernetes/kubeconfig.ts';
import { type PodSecurityLevel, podSecurityLevels } from '../../kubernetes/pod-security.ts';
import { apiStatus, Kube } from '../cnpg/api/kube.ts';
import { type KubeObject, refTo } from '../cnpg/objects.ts';
import { explained } from './discover.ts';
import type { Place } from './safety/profiles.ts';

/** The API of a context. @throws UsageError where none has that name */
export const kubeOf = (context: string): Kube => new Kube(configOf(context));

const enforces = 'pod-security.kubernetes.io/enforce';

/**
 * The version of the API server, the APIs that it serves, and the level that a namespace enforces: `privileged` where it has no label, which is the
 * default of Kubernetes, and absent where this user may not read the namespace.
 * @throws UsageError or SetupError where the API server does not answer
 */
export async function readPlace(kube: Kube, namespace: string): Promise<Omit<Place, 'profile'>> {
  const { major, minor } = await kube.version().catch((error: unknown) => {
    throw explained(error, 'the version of the API server');
  });
  const found = await kube
    .read<KubeObject>(refTo({ apiVersion: 'v1', kind: 'Namespace' }, namespace))
    .catch((error: unknown) => {
      if (apiStatus(error) === 403) return undefined;
      throw explained(error, `the namespace ${namespace}`);
    });
  const level = found?.metadata.labels?.[enforces];
  const known = podSecurityLevels.find((one) => one === level);
  const podSecurity: PodSecurityLevel | undefined = found && (known ?? 'privileged');
  // Some distributions add a sign to the minor version: 34+.
  const kubernetes = `${major}.${Number.parseInt(minor, 10)}`;
  return { kubernetes, podSecurity, groupVersions: await kube.groupVersions().catch(() => undefined) };
}
