import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command, Option } from 'commander';
import { UsageError } from '../errors.ts';
import { chatTemplates } from '../hooks/chat.ts';
import type { File } from '../manifests/kustomize.ts';
import { ownCommand } from '../project/own-name.ts';
import { version } from '../project/version.ts';
import { identities } from '../stacks/cluster/restore/identity.ts';
import { profiles } from '../stacks/cluster/safety/profiles.ts';
import { addLimitOptions } from './cluster.ts';
import { addLoadChoices } from './load.ts';
import { type ManifestFlags, planOf } from './manifest-plan.ts';
import { limitOption } from './options.ts';
import { quoted } from './repeat.ts';
import { say, writeDocument } from './say.ts';
import { words } from './words.ts';

const again = (word: string, before: string[] = []): string[] => [...before, word];

/** Options that the drill in the cluster is given as they were given here. */
const passedOn: ReadonlySet<string> = new Set([
  ...[
    '--rate',
    '--writers',
    '--profile',
    '--max-rate',
    '--max-lag',
    '--backup-age',
    '--abort',
    '--expect-alert',
    '--otlp',
    '--reader-secret',
    '--restore-storage-class',
    '--limit',
  ],
]);

/** `pgdrill manifests`: what a cluster needs to drill itself every month, as YAML. Nothing is applied. */
export function manifestsCommand(): Command {
  const command = new Command('manifests')
    .description('print a CronJob that drills a cluster from inside, with the least Role for the chosen scenarios')
    .argument('<scenario...>', 'names of scenarios, or paths of scenario files')
    .addOption(
      new Option('--format <kind>', 'plain YAML, a base of kustomize, or values of the Helm chart')
        .choices(['plain', 'kustomize', 'helm'])
        .default('plain'),
    )
    .option('--output <folder>', 'write files into this folder, which is new or empty, instead of standard output')
    .option('--namespace <name>', 'the namespace of the Cluster')
    .option('--cluster <name>', 'the name of the Cluster')
    .option('--database <name>', 'the database in which the drill creates its schema')
    .option('--secret <name>', 'a Secret with username and password of a role that may create it')
    .option('--image <image>', 'an image built from the Dockerfile, with its digest: name@sha256:…')
    .option('--allow-tag', 'accept an image without a digest')
    .option('--pull-secret <name>', 'a Secret of the image’s registry (repeatable)', again, [])
    .option('--operator-namespace <name>', 'namespace of the operator', 'cnpg-system')
    .option('--schedule <fields>', 'schedule, in the five fields of a CronJob', '0 3 1 * *')
    .option('--time-zone <name>', 'time zone of the schedule, such as Europe/Vienna', 'Etc/UTC')
    .option('--enabled', 'do not suspend the CronJobs')
    .option(
      '--store-secret <name>',
      'a Secret that reading the object store takes, for restores (repeatable)',
      again,
      [],
    )
    .option('--store-address <url>', 'address of the object store that restores read, other than AWS')
    .option(
      '--store-cidr <cidr>',
      'addresses of that store, where its name is outside of the cluster (repeatable)',
      again,
      [],
    )
    .option(
      '--identity <kind>',
      `with --archive-account: how the cloud’s account opens the store, without a Secret: ${identities.join(', ')} (repeatable)`,
      again,
      [],
    )
    .option('--reader-secret <name>', 'a Secret of an account that may only read the object store, for restores')
    .option('--restore-namespace <name>', 'the namespace that is kept for restores (default: pgdrill-restore-<…>)')
    .option('--restore-storage-class <name>', 'storage class of what is restored (default: as in the Cluster)')
    .option('--publish <s3://bucket/prefix>', 'keep reports in a bucket instead of a volume')
    .option('--bucket-secret <name>', 'a Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY', 'pgdrill-bucket')
    .option('--endpoint <url>', 'address of an object store other than AWS')
    .option('--pushgateway <url>', 'a Prometheus Pushgateway that receives the outcome')
    .option('--report-cidr <cidr>', 'addresses outside of the cluster that drills report to (repeatable)', again, [])
    .option('--otlp <url>', 'a collector that receives metrics during the drill, by OTLP')
    .option('--monitoring', 'with --pushgateway: also a PrometheusRule and a dashboard of Grafana')
    .option('--notify-secret <name>', 'a Secret with PGDRILL_NOTIFY: the address of a chat’s webhook')
    .addOption(
      new Option('--notify-template <kind>', 'with --notify-secret: the chat')
        .choices([...chatTemplates])
        .default('slack'),
    )
    .option('--api-server <cidr>', 'addresses of the API server, for the NetworkPolicy (repeatable)', again, [])
    .option('--api-port <number>', 'a port of the API server (repeatable; default: 443 and 6443)', again, [])
    .option('--any-api-server', 'leave the API server’s ports open to any address')
    .option(
      '--context <name>',
      'read addresses and ports for the NetworkPolicies from this cluster; nothing is changed',
    )
    .option('--pod-port <host=port>', 'port of the pods behind a Service, where it differs (repeatable)', again, [])
    .option('--archive-account', 'let restores read by the Cluster’s own account, which may also write to the archive')
    .option('--no-admission', 'leave out the ValidatingAdmissionPolicy, which needs Kubernetes 1.30')
    .option('--default-deny', 'the namespace lets nothing in by default: also print what has to be let in')
    .option(
      '--grafana-secret <name>',
      'a Secret with PGDRILL_GRAFANA_TOKEN, where the hooks of the configuration have Grafana',
      'pgdrill-grafana',
    );
  const rights = new Option('--rights <profile>', 'refuse scenarios that need more than this profile').choices([
    ...profiles,
  ]);
  command
    .option('--assertions <file>', 'your questions to the restored database, as YAML (repeatable)', again, [])
    .addOption(limitOption());
  return addLimitOptions(addLoadChoices(command.addOption(rights))).action(
    async (names: string[], options: ManifestFlags & { readonly format: Format; readonly output?: string }) => {
      const plan = await planOf(names, options, wordsOf(command));
      const { headerOf } = await import('../manifests/header.ts');
      const header = headerOf(plan, `${ownCommand} ${words().map(quoted).join(' ')}`, version);
      await write(await filesOf(options.format, plan, header), options);
    },
  );
}

type Format = 'plain' | 'kustomize' | 'helm';
type Plan = Awaited<ReturnType<typeof planOf>>;

async function filesOf(format: Format, plan: Plan, header: string): Promise<readonly File[]> {
  const { kustomizeFiles, textOf } = await import('../manifests/kustomize.ts');
  if (format === 'kustomize') return kustomizeFiles(plan, header);
  if (format === 'helm') {
    const { helmValues } = await import('../manifests/values.ts');
    const { shippedScenarios } = await import('./manifest-plan.ts');
    return [{ path: 'values.yaml', text: helmValues(plan, header, await shippedScenarios(plan.scenarios)) }];
  }
  const { monthlyManifests } = await import('../manifests/index.ts');
  return [{ path: 'pgdrill.yaml', text: `${header}\n${textOf(monthlyManifests(plan))}` }];
}

async function write(
  files: readonly File[],
  { format, output }: { readonly format: Format; readonly output?: string },
): Promise<void> {
  if (output === undefined) {
    if (files.length > 1)
      throw new UsageError(`--format ${format} writes ${files.length} files; name a new folder for them with --output`);
    await writeDocument(files[0]!.text);
    return;
  }
  const there = await readdir(output).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new UsageError(`--output expects a folder, but ${output} cannot be read: ${error.message}`);
  });
  if (there.length > 0)
    throw new UsageError(`--output expects a folder that is new or empty, but ${output} holds ${there[0]}`);
  for (const { path, text } of files) {
    const file = join(output, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    say(`wrote ${file}`);
  }
}

/** The options that are passed on, where they were given, as they would be typed. */
const wordsOf = (command: Command): string[] =>
  command.options
    .filter(({ long }) => passedOn.has(long ?? ''))
    .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
    .flatMap((option) =>
      [command.getOptionValue(option.attributeName())].flat().flatMap((value) => [option.long!, String(value)]),
    );
