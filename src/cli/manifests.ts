import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { stringify } from 'yaml';
import { UsageError } from '../errors.ts';
import { isFault } from '../faults/index.ts';
import { inCluster } from '../kubernetes/kubeconfig.ts';
import type { Monthly } from '../manifests/index.ts';
import { findScenario } from '../project/catalogue.ts';
import { readConfig } from '../project/config.ts';
import { parseAbortLimits } from '../safety/abort.ts';
import type { Scenario } from '../scenario/index.ts';
import { addLimitOptions, type ClusterFlags, clusterOptionsOf, refuseOverload } from './cluster.ts';
import { addLoadChoices, type LoadFlags, withLoad } from './load.ts';
import { writeDocument } from './say.ts';

interface Options extends Omit<ClusterFlags, 'context' | 'dryRun' | 'yes' | 'watchdogImage'>, LoadFlags {
  readonly image?: string;
  readonly schedule: string;
  readonly publish?: string;
  readonly bucketSecret: string;
  readonly endpoint?: string;
  readonly pushgateway?: string;
  readonly grafanaSecret: string;
}

/** Options that the drill in the cluster is given as they were given here. */
const passedOn: ReadonlySet<string> = new Set([
  ...['--rate', '--writers', '--profile', '--max-rate', '--max-lag', '--backup-age', '--abort', '--expect-alert'],
]);

/** `pgdrill manifests`: what a cluster needs to drill itself every month, as YAML on standard output. Nothing is applied. */
export function manifestsCommand(): Command {
  const command = new Command('manifests')
    .description('print a CronJob that drills a cluster from inside, with the least Role for the chosen scenarios')
    .argument('<scenario...>', 'names of scenarios, or paths of scenario files')
    .option('--namespace <name>', 'the namespace of the Cluster')
    .option('--cluster <name>', 'the name of the Cluster')
    .option('--database <name>', 'the database in which the drill creates its schema')
    .option('--secret <name>', 'a Secret with username and password of a role that may create it')
    .option('--image <image>', 'an image built from the Dockerfile')
    .option('--operator-namespace <name>', 'namespace of the operator', 'cnpg-system')
    .option('--schedule <fields>', 'schedule, in the five fields of a CronJob', '0 3 1 * *')
    .option('--publish <s3://bucket/prefix>', 'keep reports in a bucket instead of a volume')
    .option('--bucket-secret <name>', 'a Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY', 'pgdrill-bucket')
    .option('--endpoint <url>', 'address of an object store other than AWS')
    .option('--pushgateway <url>', 'a Prometheus Pushgateway that receives the outcome')
    .option(
      '--grafana-secret <name>',
      'a Secret with PGDRILL_GRAFANA_TOKEN, where the hooks of the configuration have Grafana',
      'pgdrill-grafana',
    );
  return addLimitOptions(addLoadChoices(command)).action(async (names: string[], options: Options) => {
    const { monthlyManifests } = await import('../manifests/index.ts');
    const objects = monthlyManifests(await planOf(names, options, wordsOf(command)));
    await writeDocument(objects.map((object) => stringify(object, { lineWidth: 0 })).join('---\n'));
  });
}

/** The options that are passed on, where they were given, as they would be typed. */
const wordsOf = (command: Command): string[] =>
  command.options
    .filter(({ long }) => passedOn.has(long ?? ''))
    .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
    .flatMap((option) =>
      [command.getOptionValue(option.attributeName())].flat().flatMap((value) => [option.long!, String(value)]),
    );

/** @throws UsageError where a drill would be skipped every month: a cluster that others run cannot do what it needs */
async function refuseImpossible(scenarios: readonly Scenario[]): Promise<void> {
  const { clusterCapabilities } = await import('../stacks/cluster/index.ts');
  for (const { name, needs } of scenarios) {
    const lacking = needs.filter((need) => !clusterCapabilities.has(need));
    if (lacking.length > 0)
      throw new UsageError(
        `${name} needs ${lacking.join(', ')}, which a drill on an existing cluster cannot do: it would be skipped every month; leave it out, or run it with --stack k3s`,
      );
  }
}

/** @throws UsageError naming what is missing */
async function planOf(names: readonly string[], options: Options, words: readonly string[]): Promise<Monthly> {
  const { namespace, cluster, database, secret, image, publish, bucketSecret, endpoint } = options;
  const needed = { namespace, cluster, database, secret, image };
  const missing = Object.entries(needed).find(([, value]) => !value)?.[0];
  if (missing) throw new UsageError(`the manifests need --${missing}`);
  if (!/^\S+(\s+\S+){4}$/.test(options.schedule.trim()))
    throw new UsageError(`a CronJob's schedule has five fields, such as "0 3 1 * *"; it got "${options.schedule}"`);
  // Said now, not by the first drill in a month.
  const { prometheus, generators } = clusterOptionsOf({ ...options, context: inCluster, watchdogImage: image! });
  parseAbortLimits(options.abort);
  const config = await readConfig();
  const found = await Promise.all(names.map((name) => findScenario(config.scenarios, name)));
  for (const { scenario } of found) refuseOverload(withLoad(scenario, options), options);
  await refuseImpossible(found.map(({ scenario }) => scenario));
  const scenarios = await Promise.all(
    found.map(async ({ scenario, file }) => ({
      name: scenario.name,
      needs: scenario.needs.filter(isFault),
      restores: scenario.needs.includes('restore'),
      text: await readFile(file, 'utf8'),
    })),
  );
  const bucket = publish === undefined ? undefined : { to: publish, secret: bucketSecret, endpoint };
  const { operatorNamespace, schedule, pushgateway, grafanaSecret } = options;
  return {
    ...(needed as Record<keyof typeof needed, string>),
    operatorNamespace,
    schedule,
    pushgateway,
    prometheus: prometheus?.url,
    hooks: config.hooks,
    grafanaSecret,
    words,
    scenarios,
    generators,
    bucket,
  };
}
