/** Which Kubernetes is talked to: always one that was named, never the default context. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { didYouMean, UsageError } from '../errors.ts';
import { inCluster } from './in-cluster.ts';

/** Whose environment: the variables, and where `~` is. */
interface Environment {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
}
const own = (): Environment => ({ env: process.env, home: homedir() });

/** The kubeconfig of KUBECONFIG, else of `~/.kube/config`. @throws UsageError where there is none or it cannot be read */
function kubeConfig({ env, home }: Environment): KubeConfig {
  // The client would take localhost where it finds none.
  const files = env.KUBECONFIG ? env.KUBECONFIG.split(delimiter).filter(Boolean) : [join(home, '.kube', 'config')];
  if (!files.some((file) => existsSync(file)))
    throw new UsageError(
      `expected a kubeconfig, but there is no ${files.join(' nor ')}; name yours in KUBECONFIG, or say --context ${inCluster} in a pod`,
    );
  const config = new KubeConfig();
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new UsageError(`expected a kubeconfig, but: ${firstLine(error)}.`, { cause: error });
  }
  return config;
}

/** Makes a context the one in use. @throws UsageError with the nearest name where there is none of that name */
function useContext(config: KubeConfig, context: string): KubeConfig {
  const names = config.contexts.map(({ name }) => name);
  if (!names.includes(context))
    throw new UsageError(`there is no context ${context} in the kubeconfig${didYouMean(context, names)}.`);
  config.setCurrentContext(context);
  return config;
}

/**
 * The configuration of a context; `in-cluster` is the service account of the pod that this runs in.
 * @throws UsageError where there is none
 */
export function configOf(context: string, of: Environment = own()): KubeConfig {
  if (context !== inCluster) return useContext(kubeConfig(of), context);
  if (!of.env.KUBERNETES_SERVICE_HOST)
    throw new UsageError(`the context ${inCluster} is for a pod of the cluster, but this process runs in none`);
  const config = new KubeConfig();
  config.loadFromCluster();
  return config;
}

const firstLine = (error: unknown): string => (error as Error).message.split('\n')[0]!.replace(/\.$/, '');
