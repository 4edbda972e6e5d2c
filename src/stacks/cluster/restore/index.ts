/** Restores of an existing cluster: what is refused beforehand, and the backups that a drill then has. */
import { SetupError, UsageError } from '../../../errors.ts';
import type { Endpoint } from '../../../load/endpoint.ts';
import { connect } from '../../../load/writers/connect.ts';
import { type Assertion, refuseWrongAssertions } from '../../../postgres/assertion.ts';
import type { Backups } from '../../backups.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { refTo, type Secret, secretKind } from '../../cnpg/objects.ts';
import { demandRights } from '../access.ts';
import type { Found } from '../discover.ts';
import type { ClusterOptions } from '../options.ts';
import type { DrillLease } from '../safety/lease.ts';
import { demandRestoreOptIn } from '../safety/opt-in.ts';
import { restoreRights } from '../safety/rights.ts';
import { demandKept } from './kept.ts';
import { restoreApart } from './restore.ts';
import { sourceOf } from './source.ts';
import { refuseKeepingClass, withClass } from './volumes.ts';

/** Backups, restores and the archive are looked at once a second. */
const sharpMs = 1_100;

/** @throws UsageError where a restore would not be let in or has nothing to begin with */
export async function refuseRestore(at: ClusterAt, found: Found, options: ClusterOptions): Promise<void> {
  const { kube, site } = at;
  const { backup, readerSecret, storageClass } = options.restore;
  demandRestoreOptIn(found.cluster.metadata, new Date());
  // Where they may not be seen they are not looked at: Roles of earlier versions do not grant it.
  const optional = new Set(['rolebindings', 'serviceaccounts']);
  const needed = restoreRights(options.restore.namespace).filter(({ resource }) => !optional.has(resource));
  await demandRights(kube, site, needed);
  if (options.restore.namespace !== undefined) await demandKept(at, options.restore.namespace);
  const { archiver } = await sourceOf(at, found, backup);
  await refuseKeepingClass(kube, { spec: withClass(found.cluster.spec, storageClass) });
  if (readerSecret !== undefined) await demandReader(at, readerSecret, archiver.configuration);
}

/**
 * Asks the primary whether it understands the assertions, in a session of the load's own role: a superuser's would run what
 * the owner of the database put behind a name or a literal.
 * @throws UsageError naming the first assertion that is not a query
 */
export async function refuseByLoad(endpoints: readonly Endpoint[], assertions: readonly Assertion[]): Promise<void> {
  const direct = endpoints.find(({ name }) => name === 'direct');
  if (!direct) return;
  const client = await connect(direct);
  try {
    await refuseWrongAssertions(client, assertions);
  } finally {
    await client.end();
  }
}

async function demandReader({ kube, site }: ClusterAt, name: string, store: object): Promise<void> {
  const other = ['azureCredentials', 'googleCredentials'].find((one) => one in store);
  if (other)
    throw new UsageError(
      `--reader-secret is an account of S3, but the object store is read with ${other}; leave it out`,
    );
  const secret = await kube.read<Secret>(refTo(secretKind, name, site.namespace));
  const lacking = ['ACCESS_KEY_ID', 'ACCESS_SECRET_KEY'].filter((key) => !secret?.data?.[key]);
  if (lacking.length > 0)
    throw new UsageError(
      `--reader-secret expects a Secret with ACCESS_KEY_ID and ACCESS_SECRET_KEY, but ${secret ? `${name} lacks ${lacking.join(' and ')}` : `${site.namespace} has no Secret ${name}`}`,
    );
}

/** @throws UsageError as `refuseRestore` */
export async function restoresOf(
  at: ClusterAt,
  found: Found,
  options: ClusterOptions,
  { lease, onRestore }: { readonly lease: DrillLease; readonly onRestore: (namespace: string) => void },
): Promise<Backups> {
  demandRestoreOptIn(found.cluster.metadata, new Date());
  const { restore, database } = options;
  const source = await sourceOf(at, found, restore.backup);
  const plan = {
    ...{ at, source, options: restore, database },
    remember: (namespace: string) => {
      onRestore(namespace);
      return lease.rememberRestore(namespace);
    },
    forget: (namespace: string) => lease.forgetRestore(namespace),
  };
  return {
    sharpMs,
    assertions: restore.assertions,
    take: async () => {
      throw new SetupError(
        'no backup is taken of a cluster that others run: a drill restores what its own schedule took',
      );
    },
    restore: (target, how) => restoreApart(plan, target, how),
  };
}
