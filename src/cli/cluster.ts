/** The options of the `cluster` stack, what a drill on it will touch, and the user's word before it does. */
import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import { isFault } from '../faults/index.ts';
import type { Hook } from '../hooks/hook.ts';
import { hooksOf } from '../hooks/index.ts';
import { inCluster } from '../kubernetes/in-cluster.ts';
import { readAssertions } from '../project/assertions.ts';
import type { Config } from '../project/config.ts';
import { whySkipped } from '../run/index.ts';
import { type AbortLimits, clusterAbortLimits, parseAbortLimits } from '../safety/abort.ts';
import { courseOf } from '../scenario/course.ts';
import type { Scenario } from '../scenario/index.ts';
import type { ClusterStack } from '../stacks/cluster/index.ts';
import { type ClusterName, type ClusterOptions, steadyDefaults } from '../stacks/cluster/options.ts';
import { isRestoreNamespace } from '../stacks/cluster/restore/options.ts';
import { askForName } from './ask.ts';
import { wholeNumber } from './options.ts';
import { say } from './say.ts';

/** What the command line says; everything may be absent, since only the stack `cluster` needs it. */
export interface ClusterFlags {
  readonly context?: string;
  readonly namespace?: string;
  readonly cluster?: string;
  readonly database?: string;
  readonly secret?: string;
  readonly operatorNamespace: string;
  readonly reason: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly allowQuorumLoss?: boolean;
  readonly maxLag: string;
  readonly backupAge: string;
  readonly maxRate: string;
  readonly abort: readonly string[];
  readonly watchdogImage?: string;
  readonly externalWatchdog?: boolean;
  readonly generators: string;
  readonly backup?: string;
  readonly readerSecret?: string;
  readonly restoreNamespace?: string;
  readonly restoreStorageClass?: string;
  readonly assertions?: readonly string[];
  readonly prometheus?: string;
  readonly expectAlert: readonly string[];
}

const again = (word: string, before: string[] = []): string[] => [...before, word];

/** Which cluster: for every command that works on one. */
export const addNameOptions = (command: Command): Command =>
  command
    .option('--context <name>', 'cluster: kubeconfig context, or in-cluster (required)')
    .option('--namespace <name>', 'cluster: namespace of the Cluster')
    .option('--cluster <name>', 'cluster: name of the Cluster')
    .option('--operator-namespace <name>', 'cluster: namespace of the operator', 'cnpg-system');

/** How far a drill may go, and which alerts it watches: for drills from this machine and for those that a cluster runs unaided. */
export const addLimitOptions = (command: Command): Command =>
  command
    .option(
      '--max-lag <bytes>',
      'cluster: refuse to start while a standby lags more than this',
      String(steadyDefaults.lagBytes),
    )
    .option(
      '--backup-age <hours>',
      'cluster: refuse to start without a backup this recent (none: skip the check)',
      '26',
    )
    .option('--max-rate <number>', 'cluster: highest load that is accepted, writes per second', '500')
    .option(
      '--abort <limit=number>',
      'cluster: end the drill beyond this, such as writeOutageMs=60000 (repeatable)',
      again,
      [],
    )
    .option('--prometheus <url>', 'cluster: watch the alerts of this Prometheus')
    .option('--expect-alert <name>', 'cluster: alert that must fire (repeatable)', again, [])
    .option('--generators <number>', 'cluster: number of pods that make the load, from the --watchdog-image', '0');

export const addClusterOptions = (command: Command): Command =>
  addLimitOptions(addNameOptions(command))
    .option('--database <name>', 'cluster: database in which the drill creates its schema')
    .option('--secret <name>', 'cluster: Secret with username and password of a role that may create it')
    .option('--reason <text>', 'cluster: reason, for the audit record', '')
    .option('--dry-run', 'cluster: do everything but inject the fault')
    .option('--yes', 'cluster: do not ask for confirmation')
    .option('--backup <name>', 'cluster: Backup to restore (default: the newest that is complete)')
    .option('--reader-secret <name>', 'cluster: Secret of an account that may only read the object store')
    .option('--restore-namespace <name>', 'cluster: namespace that is kept for restores (default: a new one each time)')
    .option('--restore-storage-class <name>', 'cluster: storage class of what is restored (default: as in the Cluster)')
    .option('--assertions <file>', 'cluster: your questions to the restored database, as YAML (repeatable)', again, [])
    .option(
      '--allow-quorum-loss',
      'cluster: allow several targets to be broken at once, and fewer instances than writes need',
    )
    .option(
      '--watchdog-image <image>',
      'cluster: image of pgdrill that heals from inside the cluster if this process dies',
    )
    .option('--external-watchdog', 'cluster: begin once a watchdog that runs already watches the drill’s lease');

/** @throws UsageError naming the option that is missing */
export function nameOfFlags(flags: Pick<ClusterFlags, 'context' | 'namespace' | 'cluster'>): ClusterName {
  const { context, namespace, cluster } = flags;
  const missing = Object.entries({ context, namespace, cluster }).find(([, value]) => !value)?.[0];
  if (missing)
    throw new UsageError(`the stack cluster needs --${missing} spelled out; nothing is taken from the current context`);
  return { context: context!, namespace: namespace!, cluster: cluster! };
}

/** @throws UsageError naming the option that is missing or wrong */
export function clusterOptionsOf(flags: ClusterFlags): ClusterOptions {
  const { database, secret, operatorNamespace, reason, dryRun = false, allowQuorumLoss = false } = flags;
  const { watchdogImage, externalWatchdog = false } = flags;
  const name = nameOfFlags(flags);
  if (!database) throw new UsageError('the stack cluster needs --database: where the drill’s own schema goes');
  if (!secret)
    throw new UsageError(
      'the stack cluster needs --secret: a Secret with username and password of a role that may create in the database',
    );
  const lagBytes = wholeNumber('--max-lag', flags.maxLag);
  const backupAgeS = flags.backupAge === 'none' ? undefined : wholeNumber('--backup-age', flags.backupAge) * 3_600;
  const steady = { ...steadyDefaults, lagBytes, backupAgeS };
  const prometheus = prometheusOf(flags);
  const generators = wholeNumber('--generators', flags.generators);
  if (watchdogImage && externalWatchdog)
    throw new UsageError(
      '--watchdog-image starts a watchdog, and --external-watchdog expects another; name one of them',
    );
  // In its own pod a drill knows the image that it runs from.
  if (generators > 0 && !watchdogImage && name.context !== inCluster)
    throw new UsageError('--generators needs --watchdog-image: the image of pgdrill that they run');
  return {
    ...name,
    prometheus,
    watching: false,
    restore: {
      ...{ backup: flags.backup, readerSecret: flags.readerSecret, assertions: [] },
      storageClass: flags.restoreStorageClass,
      namespace: restoreNamespaceOf(flags),
    },
    database,
    secret,
    operatorNamespace,
    reason,
    dryRun,
    allowQuorumLoss,
    steady,
    watchdogImage,
    externalWatchdog,
    generators,
  };
}

/** @throws UsageError for a malformed address, and for expected alerts without a Prometheus to read them from */
function prometheusOf({ prometheus, expectAlert }: ClusterFlags): ClusterOptions['prometheus'] {
  if (prometheus === undefined) {
    if (expectAlert.length > 0)
      throw new UsageError('--expect-alert needs --prometheus: the address to see the alert at');
    return undefined;
  }
  if (!URL.canParse(prometheus))
    throw new UsageError(`--prometheus expects an address such as http://prometheus:9090; it got "${prometheus}"`);
  return { url: prometheus, expected: expectAlert };
}

/** A name that the drill's lease can hold. @throws UsageError for another */
function restoreNamespaceOf({ restoreNamespace: name }: ClusterFlags): string | undefined {
  if (name === undefined || isRestoreNamespace(name)) return name;
  throw new UsageError(
    `--restore-namespace expects a name that begins with pgdrill-restore- and has at most 63 lower-case letters, digits and hyphens; it got ${JSON.stringify(name)}`,
  );
}

const abortLimitsOf = (flags: Pick<ClusterFlags, 'abort'>): AbortLimits => ({
  ...clusterAbortLimits,
  ...parseAbortLimits(flags.abort),
});

/** What a drill on an existing cluster needs in addition. */
export interface Prepared {
  readonly stack: ClusterStack;
  readonly scenarios: readonly Scenario[];
  readonly abort: AbortLimits;
  readonly notify: { readonly hooks: readonly Hook[]; readonly reason: string };
}

/**
 * Opens the way to the cluster, shows what the drills that are possible there will touch, and asks for the user's word.
 * @throws UsageError where the drills are refused, by the cluster or by the user
 */
export async function prepareCluster(
  scenarios: readonly Scenario[],
  flags: ClusterFlags,
  { hooks }: Pick<Config, 'hooks'>,
): Promise<Prepared> {
  // Loaded only here: drills elsewhere need no client of Kubernetes.
  const { clusterStack } = await import('../stacks/cluster/index.ts');
  const abort = abortLimitsOf(flags);
  const options = clusterOptionsOf(flags);
  const assertions = await readAssertions(flags.assertions ?? []);
  const stack = clusterStack({ ...options, restore: { ...options.restore, assertions } });
  const skipped = await Promise.all(scenarios.map((scenario) => whySkipped(scenario, stack)));
  const possible = scenarios.filter((_, i) => !skipped[i]);
  if (possible.length > 0) await consent(stack, possible, flags);
  const judged = scenarios.map((scenario) => withAlerts(scenario, flags));
  // A dry run breaks nothing, so it notifies no service.
  const notify = { hooks: flags.dryRun ? [] : hooksOf(hooks), reason: flags.reason };
  return { stack, abort, notify, scenarios: flags.dryRun ? scenarios.map(asDryRun) : judged };
}

/** The same without a fault: nothing is confirmed, since nothing is broken. */
export async function prepareWatch(
  scenario: Scenario,
  flags: ClusterFlags,
): Promise<Pick<Prepared, 'stack' | 'abort'>> {
  const { clusterStack } = await import('../stacks/cluster/index.ts');
  const stack = clusterStack({ ...clusterOptionsOf(flags), watching: true });
  await consent(stack, [scenario], flags);
  // A watch follows an outage to its end.
  return { stack, abort: parseAbortLimits(flags.abort) };
}

/** @throws UsageError where a scenario asks for more load than is allowed */
export function refuseOverload({ name, load }: Scenario, { maxRate }: Pick<ClusterFlags, 'maxRate'>): void {
  const ceiling = wholeNumber('--max-rate', maxRate);
  if (load.ratePerSecond > ceiling)
    throw new UsageError(
      `${name} asks for ${load.ratePerSecond} writes/s, and ${ceiling} is the ceiling; lower it with --rate, or raise --max-rate`,
    );
}

async function consent(stack: ClusterStack, scenarios: readonly Scenario[], flags: ClusterFlags): Promise<void> {
  for (const scenario of scenarios) refuseOverload(scenario, flags);
  const plans = scenarios.map(({ name, needs, load, drill }) => ({
    ...{ scenario: name, needs: needs.filter(isFault), load, breaksSeveral: courseOf(drill)?.breaksSeveral ?? false },
    restores: needs.includes('restore'),
  }));
  for (const line of await stack.preview(plans)) say(line);
  if (flags.dryRun) say('dry run    nothing will be broken');
  if (!flags.yes && !flags.dryRun && plans.some(({ needs }) => needs.length > 0))
    await askForName(flags.cluster!, drillWords);
}

const drillWords = { what: 'the drill', purpose: 'To break it', refused: 'the drill was not confirmed' };

/** That every expected alert fires is a limit like any other. */
export const withAlerts = (scenario: Scenario, { expectAlert }: Pick<ClusterFlags, 'expectAlert'>): Scenario =>
  expectAlert.length === 0 ? scenario : { ...scenario, limits: { ...scenario.limits, silentAlerts: { max: 0 } } };

/**
 * A scenario whose faults are only made ready: it is judged by nothing but what it leaves behind, no outage is predicted,
 * and it does not wait for another primary, since the old one stays.
 */
export const asDryRun = (scenario: Scenario): Scenario => ({
  ...scenario,
  name: `${scenario.name}-dry-run`,
  needs: [],
  limits: {},
  drill: (drill) => scenario.drill({ ...drill, replaced: async () => {} }),
});
