/** What a cluster is drilled with, unattended: what `pgdrill manifests` was asked for. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isAbsolute, normalize } from 'node:path';
import { UsageError } from '../errors.ts';
import { type FaultKind, isFault } from '../faults/index.ts';
import type { HooksConfig } from '../hooks/config.ts';
import type { Assertion } from '../postgres/assertion.ts';
import type { Listed } from '../project/catalogue.ts';
import type { Config } from '../project/config.ts';
import { experimentsOf } from '../scenario/experiments.ts';
import type { Identity } from '../stacks/cluster/restore/identity.ts';
import type { Profile } from '../stacks/cluster/safety/profiles.ts';

export interface MonthlyScenario {
  readonly name: string;
  readonly needs: readonly FaultKind[];
  /** Backups are restored. */
  readonly restores?: boolean;
  readonly text: string;
  /** Experiments of others that it injects, by their paths from the working directory. */
  readonly files?: readonly CarriedFile[];
}
interface CarriedFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The source of a scenario, to be loaded from any folder: a built-in one imports this program by a path that holds in its
 * own folder only.
 */
export const portable = (text: string): string =>
  text.replace(/^(import .* from )'(?:\.\.\/)+src\/index\.[jt]s';$/gm, "$1'pgdrill';");

/**
 * A scenario as the manifests carry it: with its source, and what it needs of a cluster.
 * @throws UsageError where it injects an experiment whose file the CronJob could not have at the same path
 */
export const monthlyScenario = async ({
  scenario,
  file,
}: Pick<Listed, 'scenario' | 'file'>): Promise<MonthlyScenario> => {
  const files = await experimentFiles(scenario);
  return {
    name: scenario.name,
    needs: scenario.needs.filter(isFault),
    restores: scenario.needs.includes('restore'),
    text: portable(await readFile(file, 'utf8')),
    ...(files.length > 0 && { files }),
  };
};

async function experimentFiles({ name, needs, drill }: Listed['scenario']): Promise<CarriedFile[]> {
  const found = (await experimentsOf(drill)).map(({ file, text }) => ({ path: normalize(file), text }));
  if (found.length === 0 && needs.includes('experiment'))
    throw new UsageError(
      `${name} computes the name of its experiment’s file, so the CronJob cannot carry it; write it out: inject('experiment', …, { file: './pod-failure.yaml' })`,
    );
  const outside = found.find(({ path }) => isAbsolute(path) || !/^[\w-][\w./-]*$/.test(path));
  if (outside)
    throw new UsageError(
      `${name} injects ${outside.path}, which the CronJob cannot have at the same path; put it below the working directory, under a name of letters, digits, dots and hyphens`,
    );
  return found;
}

export interface Monthly {
  readonly namespace: string;
  readonly cluster: string;
  readonly database: string;
  readonly secret: string;
  readonly operatorNamespace: string;
  /** With its digest: `example.org/pgdrill@sha256:…`; a tag is accepted, with a warning in the header. */
  readonly image: string;
  /** Secrets of the registry. */
  readonly pullSecrets: readonly string[];
  /** Five fields, as CronJobs have it. */
  readonly schedule: string;
  readonly timeZone: string;
  /** Without it both CronJobs are suspended. */
  readonly enabled: boolean;
  /** The least that allows the scenarios. */
  readonly profile: Profile;
  readonly scenarios: readonly MonthlyScenario[];
  /** The namespace that is kept for restores. */
  readonly restoreNamespace: string;
  /** Storage classes that a restored Cluster may name; none: the default one is used. */
  readonly storageClasses: readonly string[];
  /** Secrets of the namespace that reading the object store takes: restores copy them. */
  readonly storeSecrets: readonly string[];
  /** The object store that restores read, as instances reach it; absent: AWS. */
  readonly storeAddress: string | undefined;
  /** `s3://bucket/prefix`, with the Secret that holds AWS_…; absent: a volume. */
  readonly bucket: { readonly to: string; readonly secret: string; readonly endpoint: string | undefined } | undefined;
  readonly pushgateway: string | undefined;
  readonly prometheus: string | undefined;
  /** Who is notified of the drills. */
  readonly hooks: HooksConfig;
  /** Limits of the configuration. */
  readonly limits: Config['limits'];
  /** Questions to restored databases. */
  readonly assertions: readonly Assertion[];
  /** The Secret with Grafana's token. */
  readonly grafanaSecret: string;
  /** A chat that is notified: the Secret with its address, and the template of its messages. */
  readonly chat: { readonly secret: string; readonly template: string } | undefined;
  /** Further options of the drill, as you would type them. */
  readonly words: readonly string[];
  /** Pods that the load is made in; 0: the drill's own. */
  readonly generators: number;
  /** Addresses of the API server (CIDR); none: any address. */
  readonly apiServers: readonly string[];
  readonly apiPorts: readonly number[];
  /**
   * Ports of the pods behind Services that the drill reaches, by the host of the address, where they are not its port. None: the
   * host is not a Service.
   */
  readonly podPorts: Readonly<Record<string, readonly number[]>>;
  /** Addresses (CIDR) of the object store that restores read, and of what opens it. */
  readonly storeCidrs: readonly string[];
  /** Addresses (CIDR) outside of the cluster that the drill reports to. */
  readonly reportCidrs: readonly string[];
  /** How the account of a cloud opens the object store; none: Secrets do. */
  readonly identities: readonly Identity[];
  /** Which account of a cloud the Cluster has, as `key=value` of its annotations and labels; none: it has none, undefined: unknown. */
  readonly cloudAccount: readonly string[] | undefined;
  /** Restores read the object store by the Cluster's own account, which may write there. */
  readonly archiveAccount: boolean;
  /** Print a ValidatingAdmissionPolicy for the account, which Kubernetes has from 1.30. */
  readonly admission: boolean;
  /** The namespace lets nothing in by default: print what the drill and CloudNativePG need. */
  readonly defaultDeny: boolean;
  /** A PrometheusRule and a dashboard of Grafana. */
  readonly monitoring: { readonly missedAfterS: number } | undefined;
}

/** Six digits that keep the names of two Clusters apart: `a-b/c` and `a/b-c` make the same name without them. */
const distinct = (namespace: string, cluster: string): string =>
  createHash('sha256').update(`${namespace}/${cluster}`).digest('hex').slice(0, 6);

/** The name of what lies outside of the Cluster's namespace, where other installations have theirs too. */
export const farName = ({ namespace, cluster }: Pick<Monthly, 'namespace' | 'cluster'>): string =>
  `pgdrill-${namespace}-${cluster}-${distinct(namespace, cluster)}`;

/** The namespace that is kept for restores, within the length that a name may have. */
export const restoreNamespaceFor = (namespace: string, cluster: string): string =>
  `pgdrill-restore-${`${namespace}-${cluster}`.replaceAll('.', '-').slice(0, 40).replace(/-$/, '')}-${distinct(namespace, cluster)}`;

export type Manifest = Readonly<Record<string, unknown>>;

export const labels = { 'app.kubernetes.io/name': 'pgdrill' };

/** An object of the Cluster's namespace. */
export const object = (
  { namespace }: Pick<Monthly, 'namespace'>,
  apiVersion: string,
  kind: string,
  name: string,
  rest: Manifest,
): Manifest => ({ apiVersion, kind, metadata: { name, namespace, labels }, ...rest });
