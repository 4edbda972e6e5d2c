/** The first log-in of the role of `--secret`, and what is asked before it. */
import { SetupError, UsageError } from '../../errors.ts';
import { until, type WaitOptions } from '../../wait.ts';
import { apiMessage } from '../cnpg/api/kube.ts';
import type { ClusterAt } from '../cnpg/faults/at.ts';
import { postgresContainer } from '../cnpg/names.ts';
import { connectInstance, currentPrimary } from './connect.ts';
import type { Account, Found } from './discover.ts';
import { refuseSuperuser } from './schema.ts';
import { type FoundWays, findWays } from './ways.ts';

interface Entering {
  readonly found: Found;
  readonly account: Account;
  readonly database: string;
}

/**
 * How the Cluster is reached: asked last, since of a cluster that is not whole it says nothing. Before the role of `--secret` logs in
 * for the first time, it is asked whether that role is powerful: whatever others put into the database would run in its session. No
 * other way leads to a log-in of the role.
 * @throws UsageError where the role is a superuser or may become one; SetupError where the database cannot be reached now
 */
export async function enter(at: ClusterAt, entering: Entering): Promise<FoundWays> {
  await refusePowerful(at, entering);
  return waysOf(at, entering);
}

async function waysOf(at: ClusterAt, { found, account, database }: Entering): Promise<FoundWays> {
  const ca = await authorityOf(at, found);
  const login = { ...account, database, ca, serverName: `${at.site.cluster}-rw` };
  return findWays(found, at.site, login);
}

const authorityWithinMs = 15_000;

/**
 * The authority of the server's certificate, as instances themselves trust it. CloudNativePG always has one; without it any server that
 * answers at an address of the Cluster would be sent the password.
 * @throws SetupError where it cannot be read
 */
export async function authorityOf(
  { kube, site }: ClusterAt,
  { cluster }: Pick<Found, 'cluster'>,
  withinMs = authorityWithinMs,
): Promise<string> {
  const pod = cluster.status?.currentPrimary ?? '';
  const file = '/controller/certificates/server-ca.crt';
  let why = 'it is not a certificate';
  const read = async () => {
    const text = await kube.run(site.namespace, pod, postgresContainer, ['cat', file]).catch((error: unknown) => {
      why = apiMessage(error);
      return '';
    });
    return text.includes('BEGIN CERTIFICATE') ? text : undefined;
  };
  const what = `${file} of ${pod}, which the server is known by; nothing is sent without TLS`;
  return until(read, { withinMs, everyMs: 1_000, what, why: () => why });
}

/** Asks in a session that finds names in the catalogue alone. @throws UsageError as `refuseSuperuser`; SetupError where nobody answers */
async function refusePowerful(at: ClusterAt, { account, database }: Entering): Promise<void> {
  const { name } = await currentPrimary(at);
  const notNow = (error: Error): never => {
    throw new SetupError(`the primary ${name} does not answer in ${database} now: ${apiMessage(error)}`, {
      cause: error,
    });
  };
  const primary = await connectInstance(at, name, database).catch(notNow);
  try {
    await refuseSuperuser(primary, account.user).catch((error: Error) => {
      if (error instanceof UsageError) throw error;
      notNow(error);
    });
  } finally {
    await primary.end().catch(() => {});
  }
}

/** A watch waits so long for the database; maintenance that takes longer is begun before the watch. */
const outageWithinMs = 3_600_000;
const askEveryMs = 2_000;

/**
 * A watch may begin in the middle of an outage: it reports that the database is not reachable, goes on asking, and enters as soon as
 * it answers.
 * @param entered how it enters
 * @returns the ways in, and a remark for the journal where they had to be waited for
 * @throws what `enter` refuses, SetupError where nothing answers in time
 */
export async function enterOnceReachable(
  at: ClusterAt,
  entering: Entering,
  waiting: Pick<WaitOptions, 'progress' | 'signal'>,
  withinMs = outageWithinMs,
  entered: typeof enter = enter,
): Promise<{ readonly ways: FoundWays; readonly remarks: readonly string[] }> {
  const sinceMs = performance.now();
  let why = '';
  const ways = await until(
    () =>
      entered(at, entering).catch((error: unknown) => {
        if (!(error instanceof SetupError)) throw error;
        why = error.message;
        return undefined;
      }),
    {
      ...{ withinMs, everyMs: askEveryMs, ...waiting },
      what: 'the database, which is not reachable now; the watch begins once it answers',
      why: () => why,
    },
  );
  if (!why) return { ways, remarks: [] };
  const waitedS = Math.round((performance.now() - sinceMs) / 1_000);
  const remark = `the watch began during an outage: the database could not be reached for the first ${waitedS} s, which are not measured; at last: ${why}`;
  return { ways, remarks: [remark] };
}
