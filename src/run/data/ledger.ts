/** The tables of a drill, made and read by the user that writes to them and never by a superuser: others may create in the database too. */
import type { Client } from 'pg';
import type { Instance } from '../../faults/target.ts';
import { apiSchemaSql } from '../../load/applications/api.ts';
import type { LoadPlan } from '../../load/process/protocol.ts';
import { sessionSchemaSql } from '../../load/sessions/sql.ts';
import { listSchemaSql } from '../../load/transactions/sql.ts';
import { prepareSchema, readLedger } from '../../load/writers/ledger.ts';
import { withOwnNames } from '../../postgres/own-names.ts';
import type { OpenStack } from '../../stacks/stack.ts';

type Open = Pick<OpenStack, 'connect' | 'connectAsLoad' | 'primary'>;

/** A session with the rights of the load's user at one instance. @throws Error where the instance cannot be asked */
async function loadSession(open: Omit<Open, 'primary'>, instance: Instance, user: string | undefined): Promise<Client> {
  if (open.connectAsLoad) return open.connectAsLoad(instance);
  // The stack is the harness's own, and nobody else's code is in it.
  const client = await open.connect(instance);
  if (user === undefined) return client;
  try {
    await client.query(`set role ${client.escapeIdentifier(user)}`);
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

/** Makes the tables of the load, and runs what the scenario prepares. @throws UsageError where others have put something there */
export async function prepareLedger(
  open: Open,
  plan: Pick<LoadPlan, 'streams' | 'load' | 'transactionEndpoints' | 'sessionsBetween'>,
) {
  const client = await loadSession(open, await open.primary(), plan.streams[0]!.endpoint.user);
  try {
    await prepareSchema(client, plan.streams);
    if (plan.load.api) await client.query(withOwnNames(apiSchemaSql));
    if (plan.transactionEndpoints) await client.query(withOwnNames(listSchemaSql));
    if (plan.sessionsBetween) await client.query(withOwnNames(sessionSchemaSql));
    // The user's own text, with the names that the user's sessions have.
    if (plan.load.setup) await client.query(plan.load.setup);
  } finally {
    await client.end();
  }
}

/** What the ledger holds on one instance: the rows by the user that wrote them, the timeline by a superuser. */
export async function readLedgerOf(
  open: Pick<OpenStack, 'connect' | 'connectAsLoad' | 'endpoints'>,
  instance: Instance,
  role: 'primary' | 'replica',
): ReturnType<typeof readLedger> {
  const client = await loadSession(open, instance, open.endpoints()[0]?.user);
  try {
    const server = await open.connect(instance);
    return await readLedger(client, instance.name, role, server).finally(() => server.end());
  } finally {
    await client.end();
  }
}
