import { Command } from 'commander';
import { commandOf, usesOf } from '../clients/find.ts';
import { tryTls } from '../clients/trial/tls.ts';
import { type Trial, tryClient } from '../clients/trial/trial.ts';
import { exitCodes, SetupError, UsageError } from '../errors.ts';
import type { Endpoint } from '../load/endpoint.ts';
import { TestPostgres, whyNoPostgres } from '../load/test-postgres.ts';
import { clientUseSchema } from '../scenario/client-use.ts';
import { interruptible } from './interrupt.ts';
import { say, warn } from './say.ts';

interface Options {
  readonly server?: string;
}

/** `pgdrill client-test`: whether a client program keeps to the protocol, and reports what happened. */
export function clientTestCommand(): Command {
  return new Command('client-test')
    .description('check a client program against a proxy that cuts, restarts and answers with errors (docs/clients.md)')
    .argument('<client>', 'name of an adapter, or path of an executable; with settings: name:pool_size=5,workers=4')
    .option(
      '--server <url>',
      'a PostgreSQL on the loopback to use: postgresql://user:password@127.0.0.1:5432/db (default: one of its own)',
    )
    .action(async (client: string, options: Options) => {
      process.exitCode = await testClient(client, options);
    });
}

/** Many requests, so that each stage meets some. */
const workers = 8;
const ratePerSecond = 40;

async function testClient(client: string, { server }: Options): Promise<number> {
  const parsed = clientUseSchema.safeParse(client);
  if (!parsed.success) throw new UsageError(`the client ${client} is not valid: ${parsed.error.issues[0]?.message}`);
  const [use] = usesOf({ clients: [parsed.data] });
  const command = commandOf(use!);
  const said = /:.*\b(workers|rate)=/.test(client);
  const chosen = said ? use! : { ...use!, workers, ratePerSecond };
  const given = server === undefined ? undefined : endpointOf(server);
  const why = given ? undefined : await whyNoPostgres();
  if (why) throw new SetupError(`a PostgreSQL for the test cannot run here: ${why}; name one with --server`);
  let trial: Trial | undefined;
  await interruptible(async (signal) => {
    await using postgres = given ? undefined : await TestPostgres.start();
    const onStage = (name: string): void => say(`… ${name}`);
    const endpoint = given ?? postgres!.endpoint;
    const made = await tryClient({ endpoint, use: chosen, command, signal, onStage });
    onStage('certificates');
    const certificates = await tryTls({ target: endpoint, use: chosen, command, signal });
    trial = { ...made, findings: [...made.findings, ...certificates] };
  });
  return conclude(chosen.name, trial!);
}

function conclude(name: string, { findings, returns }: Trial): number {
  for (const { what, holds, says } of findings) say(`${holds ? 'ok  ' : 'FAIL'}  ${what}: ${says}`);
  say('', 'First acknowledged write after connections passed again:');
  for (const { name: stage, ms } of returns)
    say(`      ${stage}: ${ms === undefined ? 'none before the next stage' : `${(ms / 1000).toFixed(2)} s`}`);
  const wrong = findings.filter(({ holds }) => !holds);
  if (wrong.length === 0) say('', `PASS ${name} keeps to the protocol`);
  else warn(`FAIL ${name}: ${wrong.map(({ what }) => `not shown: ${what}`).join('; ')}`);
  return wrong.length === 0 ? exitCodes.pass : exitCodes.fail;
}

/** @throws UsageError for a server that is not on this machine’s loopback: a test writes to it */
function endpointOf(text: string): Endpoint {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^postgres(ql)?:$/.test(url.protocol))
    throw new UsageError('--server expects postgresql://user:password@127.0.0.1:5432/database');
  if (!/^(127(\.\d+){3}|localhost|\[::1\])$/.test(url.hostname))
    throw new UsageError(
      `--server expects a server on the loopback, since the test writes to it; it got ${url.hostname}`,
    );
  return {
    ...{ name: 'direct', host: url.hostname.replace(/[[\]]/g, ''), port: Number(url.port || 5432) },
    database: decodeURIComponent(url.pathname.slice(1)) || 'postgres',
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
}
