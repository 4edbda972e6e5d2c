/** What `pgdrill manifests` was asked for, checked now and not by the first drill in a month. */
import { readFile } from 'node:fs/promises';
import { UsageError } from '../errors.ts';
import { inCluster } from '../kubernetes/in-cluster.ts';
import { type Monthly, monthlyScenario, portable, restoreNamespaceFor } from '../manifests/index.ts';
import { longestGapS } from '../manifests/schedule.ts';
import { readAssertions } from '../project/assertions.ts';
import { findScenario, type Listed, readBuiltIn } from '../project/catalogue.ts';
import { readConfig } from '../project/config.ts';
import { parseAbortLimits } from '../safety/abort.ts';
import { courseOf } from '../scenario/course.ts';
import { limitsOn } from '../scenario/limits.ts';
import { mostGenerators } from '../stacks/cluster/pods/generators.ts';
import { type Profile, profileOf, profiles, whyNotAt } from '../stacks/cluster/safety/profiles.ts';
import { type ClusterFlags, clusterOptionsOf, refuseOverload } from './cluster.ts';
import { limitChanges } from './limits.ts';
import { type LoadFlags, withLoad } from './load.ts';
import { type NetworkFlags, networkOf } from './manifest-network.ts';

export interface ManifestFlags
  extends Omit<ClusterFlags, 'context' | 'dryRun' | 'yes' | 'watchdogImage' | 'externalWatchdog'>,
    LoadFlags,
    NetworkFlags {
  readonly rights?: Profile;
  readonly image?: string;
  readonly allowTag?: boolean;
  readonly pullSecret: readonly string[];
  readonly schedule: string;
  readonly timeZone: string;
  readonly enabled?: boolean;
  readonly storeSecret: readonly string[];
  readonly readerSecret?: string;
  readonly publish?: string;
  readonly bucketSecret: string;
  readonly monitoring?: boolean;
  readonly notifySecret?: string;
  readonly notifyTemplate: string;
  readonly archiveAccount?: boolean;
  readonly admission: boolean;
  readonly defaultDeny?: boolean;
  readonly grafanaSecret: string;
  readonly limit: readonly string[];
}

/** A missed drill is noticed a day after it should have ended. */
const dayS = 86_400;

/** @param words options of the drill that are passed on @throws UsageError naming what is missing or wrong */
export async function planOf(
  names: readonly string[],
  options: ManifestFlags,
  words: readonly string[],
): Promise<Monthly> {
  const { namespace, cluster, database, secret, image, publish, pushgateway, schedule, timeZone } = options;
  const needed = { namespace, cluster, database, secret, image };
  const missing = Object.entries(needed).find(([, value]) => !value)?.[0];
  if (missing) throw new UsageError(`the manifests need --${missing}`);
  refuseNames({ namespace, cluster, secret, operatorNamespace: options.operatorNamespace });
  refuseNames({
    ...{ readerSecret: options.readerSecret, notifySecret: options.notifySecret },
    ...{ bucketSecret: options.bucketSecret, grafanaSecret: options.grafanaSecret },
  });
  for (const storeSecret of options.storeSecret) refuseNames({ storeSecret });
  for (const pullSecret of options.pullSecret) refuseNames({ pullSecret });
  refuseImage(image!, options.allowTag ?? false);
  const longestS = longestGapS(schedule, timeZone);
  const { prometheus, generators, restore } = clusterOptionsOf({
    ...options,
    ...{ context: inCluster, externalWatchdog: true },
  });
  const { namespace: restoreNamespace } = restore;
  parseAbortLimits(options.abort);
  if (/^kube-/.test(options.operatorNamespace))
    throw new UsageError(
      `--operator-namespace expects the namespace of CloudNativePG’s operator; a Role of pgdrill does not go into ${options.operatorNamespace}`,
    );
  demandAddress('--endpoint', options.endpoint);
  demandAddress('--store-address', options.storeAddress);
  demandAddress('--pushgateway', pushgateway);
  demandAddress('--otlp', options.otlp);
  demandAddress('--prometheus', prometheus?.url);
  if (publish !== undefined && !/^s3:\/\/[^/\s]+/.test(publish))
    throw new UsageError(`--publish expects s3://bucket/prefix; it got "${publish}"`);
  if (options.monitoring && pushgateway === undefined)
    throw new UsageError('--monitoring needs --pushgateway: its alerts read what drills push there');
  const config = await readConfig();
  const found = await Promise.all(names.map((name) => findScenario(config.scenarios, name)));
  for (const { scenario } of found) refuseOverload(withLoad(scenario, options), options);
  await refuseImpossible(found, options.rights);
  for (const { scenario } of found)
    limitsOn(scenario.limits, 'cluster', limitChanges(config, scenario.name, options.limit));
  if (generators > mostGenerators)
    throw new UsageError(
      `--generators expects ${mostGenerators} at most, which the admission policy allows; it got ${generators}`,
    );
  if (generators > 0 && options.rights && options.rights !== 'node')
    throw new UsageError(
      `--generators makes Jobs, and with them pods, which is more than the profile ${options.rights} allows; leave it out, or say --rights node`,
    );
  const restores = found.some(({ scenario }) => scenario.needs.includes('restore'));
  if (restores && options.readerSecret === undefined && !options.archiveAccount)
    throw new UsageError(
      'restores read the object store: name a Secret of an account that may only read it with --reader-secret, or accept the Cluster’s own account, which may also write to your archive, with --archive-account',
    );
  const archiveAccount = restores && options.readerSecret === undefined;
  const needs = { namespace: namespace!, cluster: cluster!, hooks: config.hooks, restores, archiveAccount };
  const network = await networkOf(options, needs);
  if (archiveAccount && options.storeSecret.length === 0 && network.identities.length === 0)
    throw new UsageError(
      '--archive-account restores by the Cluster’s own account, but what opens the object store is not known, so that the restore of each drill would fail in its first minute: name the Secret that the Cluster reads the store with (--store-secret), or the account of a cloud (--identity; --context reads it from the Cluster)',
    );
  const scenarios = await Promise.all(found.map(monthlyScenario));
  const assertions = await readAssertions(options.assertions ?? []);
  if (assertions.length > 0 && !scenarios.some(({ restores }) => restores))
    throw new UsageError(
      '--assertions asks a restored database, but no chosen scenario restores one: add restore-proof',
    );
  const least = found.map(({ scenario }) => profileOf(scenario.needs));
  const { operatorNamespace, grafanaSecret, notifySecret, notifyTemplate, pullSecret, storeSecret } = options;
  // The account that only reads takes the place of the Cluster's own.
  const storeSecrets = options.readerSecret === undefined ? storeSecret : [...storeSecret, options.readerSecret];
  return {
    ...(needed as Record<keyof typeof needed, string>),
    ...{ operatorNamespace, schedule, timeZone, grafanaSecret, words, scenarios, generators, pushgateway },
    ...{ enabled: options.enabled ?? false, pullSecrets: pullSecret, storeSecrets },
    restoreNamespace: restoreNamespace ?? restoreNamespaceFor(namespace!, cluster!),
    profile: profiles[Math.max(...least.map((one) => profiles.indexOf(one)))]!,
    prometheus: prometheus?.url,
    ...{ hooks: config.hooks, limits: config.limits, assertions },
    chat: notifySecret === undefined ? undefined : { secret: notifySecret, template: notifyTemplate },
    bucket:
      publish === undefined ? undefined : { to: publish, secret: options.bucketSecret, endpoint: options.endpoint },
    ...network,
    archiveAccount,
    admission: options.admission,
    defaultDeny: options.defaultDeny ?? false,
    monitoring: options.monitoring ? { missedAfterS: longestS + dayS } : undefined,
  };
}

/** @throws UsageError where a drill would be refused or skipped every month */
async function refuseImpossible(found: readonly Listed[], profile: Profile | undefined): Promise<void> {
  const { clusterCapabilities } = await import('../stacks/cluster/index.ts');
  const { takesOptIn } = await import('../stacks/cluster/safety/guard.ts');
  for (const { scenario } of found) {
    const why = whyNotAt(scenario.needs, clusterCapabilities, { profile });
    if (!why && courseOf(scenario.drill)?.breaksSeveral)
      throw new UsageError(
        `${scenario.name} ${takesOptIn}, and no unattended drill has that; leave it out, or run it by hand`,
      );
    if (!why) continue;
    const instead = profile && !whyNotAt(scenario.needs, clusterCapabilities, {}) ? '' : ', or run it with --stack k3s';
    throw new UsageError(`${scenario.name} ${why}; leave it out${instead}`);
  }
}

/** Names that come with this program and have the text that is wanted: the chart brings the same. */
export async function shippedScenarios(scenarios: Monthly['scenarios']): Promise<ReadonlySet<string>> {
  const known = new Map((await readBuiltIn()).map(({ scenario, file }) => [scenario.name, file]));
  const same = await Promise.all(
    scenarios.map(async ({ name, text }) => {
      const file = known.get(name);
      return file !== undefined && portable(await readFile(file, 'utf8')) === text ? [name] : [];
    }),
  );
  return new Set(same.flat());
}

/** What Kubernetes would refuse, or what would be a second option of the drill. */
function refuseNames(names: Readonly<Record<string, string | undefined>>): void {
  for (const [option, name] of Object.entries(names))
    if (name !== undefined && !/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(name))
      throw new UsageError(
        `expected a name as Kubernetes has them (lower-case letters, digits, hyphens), but got ${JSON.stringify(name)} for --${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      );
}

function refuseImage(image: string, allowTag: boolean): void {
  if (!/^[a-zA-Z0-9][^\s@]*(@sha256:[0-9a-f]{64})?$/.test(image))
    throw new UsageError(
      `--image expects name@sha256: and 64 hexadecimal digits, or name:tag; it got ${JSON.stringify(image)}`,
    );
  if (!image.includes('@') && !allowTag)
    throw new UsageError(
      `--image expects a digest (name@sha256:…), since others can move a tag; --allow-tag accepts ${image}`,
    );
}

function demandAddress(option: string, text: string | undefined): void {
  if (text === undefined) return;
  const url = URL.parse(text);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new UsageError(`${option} expects an address such as http://name.namespace:9000; it got "${text}"`);
  if (url.username || url.password)
    throw new UsageError(`${option} expects an address without an account: manifests are kept where others read them`);
}
