/** Who did what to a cluster, when and why: `audit.ndjson` in the run's folder, each line on disk before the action it records. */
import { appendFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Kube } from '../../cnpg/api/kube.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import type { KubeObject } from '../../cnpg/objects.ts';
import type { Found } from '../discover.ts';
import { type ClusterOptions, idOf } from '../options.ts';

interface Review extends KubeObject {
  readonly status?: { readonly userInfo?: { readonly username?: string } };
}

export class Audit {
  readonly #file: string;

  constructor(folder: string) {
    this.#file = join(folder, 'audit.ndjson');
  }

  async add(what: string, details: Readonly<Record<string, unknown>>): Promise<void> {
    await appendFile(this.#file, `${JSON.stringify({ at: new Date().toISOString(), what, ...details })}\n`, {
      flush: true,
    });
  }
}

/** The user of this machine, as leases and audit records name them. */
export function whoami(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A container's user need not have a name.
    return `uid ${process.getuid?.()}@${hostname()}`;
  }
}

/** The user as the API server knows it; `unknown` before Kubernetes 1.28, which does not answer that. */
export async function clusterUser(kube: Kube): Promise<string> {
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: { name: '' } };
  const known = await kube.create<Review>(review).catch(() => undefined);
  return known?.status?.userInfo?.username ?? 'unknown';
}

/** Who runs the drill and what it will touch. */
export async function whoAndWhat({ kube }: ClusterAt, found: Found, options: ClusterOptions) {
  // Items of a list do not say their kind.
  const named = (kind: string, { metadata: { name, uid } }: KubeObject) => `${kind} ${name} ${uid}`;
  const uids = [
    named('Cluster', found.cluster),
    ...found.instances.map((pod) => named('Pod', pod)),
    ...found.poolers.map(({ pooler }) => named('Pooler', pooler)),
  ];
  return {
    ...{ user: whoami(), clusterUser: await clusterUser(kube), why: options.reason },
    ...{ cluster: idOf(options), database: options.database, dryRun: options.dryRun, uids },
  };
}
