/** The objects of a live namespace as texts, so that the same rules run on them. Reads only. */
import { type KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node';
import { stringify } from 'yaml';
import { SetupError, UsageError } from '../../errors.ts';
import type { Source } from '../text/source.ts';

interface LiveKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** Without these the check has nothing to judge. */
  readonly needed?: true;
}

const kinds: readonly LiveKind[] = [
  { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', needed: true },
  { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Pooler', needed: true },
  { apiVersion: 'postgresql.cnpg.io/v1', kind: 'ScheduledBackup', needed: true },
  { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Backup', needed: true },
  { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Database' },
  { apiVersion: 'postgresql.cnpg.io/v1', kind: 'DatabaseRole' },
  { apiVersion: 'barmancloud.cnpg.io/v1', kind: 'ObjectStore' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor' },
  { apiVersion: 'monitoring.coreos.com/v1', kind: 'PodMonitor' },
  { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule' },
];

interface LiveObject {
  readonly metadata?: { readonly name?: string; readonly [field: string]: unknown };
  readonly data?: Record<string, string>;
  readonly [field: string]: unknown;
}

/**
 * Fetches what rules look at. Kinds that the cluster does not know, or that may not be read though they are not needed,
 * are left out. Values of Secrets are left out always.
 * @param context what the configuration's context is called in findings
 * @throws UsageError where a kind that is needed may not be read, or the namespace has none
 * @throws SetupError where the API server does not answer
 */
export async function fetchLive(config: KubeConfig, context: string, namespace: string): Promise<Source[]> {
  const api = KubernetesObjectApi.makeApiClient(config);
  const lists = await Promise.all(kinds.map((kind) => listed(api, kind, namespace, context)));
  if (lists.every((list, index) => list.length === 0 || !kinds[index]!.needed))
    throw new UsageError(
      `expected a Cluster or Pooler in namespace ${namespace} of ${context}, but found none; ` +
        `kubectl --context ${context} get clusters.postgresql.cnpg.io -A lists all.`,
    );
  return lists.flat();
}

async function listed(api: KubernetesObjectApi, live: LiveKind, namespace: string, context: string): Promise<Source[]> {
  const { apiVersion, kind } = live;
  try {
    const { items } = await api.list(apiVersion, kind, namespace);
    return items.map((item) => sourceOf(item as LiveObject, live, context, namespace));
  } catch (error) {
    if (!live.needed) return [];
    const what = `expected to list ${kind}s in namespace ${namespace} of ${context}, but`;
    const rights = `the verb list on ${kind.toLowerCase()}s of ${apiVersion.split('/')[0]}`;
    if ((error as { code?: number }).code === 403)
      throw new UsageError(`${what} may not: the Role needs ${rights}.`, { cause: error });
    throw new SetupError(`${what}: ${sentence(error)}.`, { cause: error });
  }
}

/** An error and what caused it, in one line; what the API server said, where it said something. */
function sentence(error: unknown): string {
  const { message: own, cause, body } = error as Error & { readonly body?: unknown };
  const message = saidIn(body) ?? own;
  const first = message.split('\n')[0]?.replace(/\.$/, '');
  return cause instanceof Error && cause.message ? `${first} (${sentence(cause)})` : `${first}`;
}

/** The message of a Status object, as text or parsed. */
function saidIn(body: unknown): string | undefined {
  try {
    return ((typeof body === 'string' ? JSON.parse(body) : body) as { message?: string } | undefined)?.message;
  } catch {
    return undefined;
  }
}

function sourceOf(object: LiveObject, { apiVersion, kind }: LiveKind, context: string, namespace: string): Source {
  const file = `${context}/${namespace}/${kind.toLowerCase()}/${object.metadata?.name}.yaml`;
  const { managedFields: _, annotations, ...metadata } = object.metadata ?? {};
  const own = Object.entries((annotations ?? {}) as Record<string, string>);
  const kept = Object.fromEntries(own.filter(([name]) => name !== 'kubectl.kubernetes.io/last-applied-configuration'));
  const withoutValues = kind === 'Secret' ? { data: blanked(object.data), stringData: undefined } : {};
  const text = stringify(
    { ...object, ...withoutValues, apiVersion, kind, metadata: { ...metadata, annotations: kept } },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
  return { file, text };
}

const blanked = (data: Record<string, string> | undefined): Record<string, string> =>
  Object.fromEntries(Object.keys(data ?? {}).map((key) => [key, '']));
