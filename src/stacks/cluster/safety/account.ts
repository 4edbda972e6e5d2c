/** Which ServiceAccount a drill runs as: `pgdrill` of the manifests, or what an overlay of kustomize makes of that name. */
import type { Kube } from '../../cnpg/api/kube.ts';
import { clusterUser } from './audit.ts';

/** The name of the account that `pgdrill manifests` prints: of the drill and of its watchdog. */
export const serviceAccount = 'pgdrill';

export interface Account {
  readonly name: string;
  readonly namespace: string;
}

/** @param username as the API server knows it: `system:serviceaccount:<namespace>:<name>` */
function accountNamed(username: string): Account | undefined {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(username) ?? [];
  return namespace && name ? { name, namespace } : undefined;
}

/**
 * By a SelfSubjectReview, which needs no Role. Kubernetes before 1.28 does not serve it: then by the subject of the token that
 * requests carry.
 * @returns undefined where the drill does not run as a ServiceAccount, such as one that a person starts
 */
export async function ownAccount(kube: Kube): Promise<Account | undefined> {
  const user = await clusterUser(kube);
  return accountNamed(user === 'unknown' ? await subjectOfToken(kube) : user);
}

/** Empty where requests carry no token, or one that does not name its subject. */
async function subjectOfToken({ config }: Kube): Promise<string> {
  const headers: Record<string, string> = {};
  try {
    await config.applyToHTTPSOptions({ headers });
    const [, payload = ''] = (headers.Authorization ?? '').replace(/^Bearer /, '').split('.');
    return String((JSON.parse(Buffer.from(payload, 'base64url').toString()) as { readonly sub?: unknown }).sub ?? '');
  } catch {
    return '';
  }
}
