import { expect } from 'chai';
import type { Client } from 'pg';
import { connectAs, loadDatabase } from './control/postgres.ts';
import { preparedParts } from './root/rootfs.ts';
import { readTemplate, type SecretName, type Secrets } from './root/template.ts';
import { closeTestLab, openTestLab, type TestLab } from './test-lab.ts';

describe('a primary whose clients hold every connection that they can get', function suite() {
  this.timeout(180_000);
  let lab: TestLab;
  let secrets: Secrets;
  const held: Client[] = [];
  before(async function open() {
    lab = await openTestLab(this, {});
    ({ secrets } = await readTemplate(preparedParts().template));
  });
  after(() => lab && closeTestLab(lab));
  afterEach(() => Promise.all(held.splice(0).map((client) => client.end())));

  async function logIn(user: SecretName, database: string): Promise<Client> {
    const client = await connectAs(user, { labId: lab.open.id, name: 'pg1' }, database, secrets);
    held.push(client);
    return client;
  }
  /** Logs in until PostgreSQL refuses. @returns its words */
  async function holdAll(): Promise<string> {
    for (;;) {
      const refused = await logIn(loadDatabase, loadDatabase).then(
        () => undefined,
        (error: Error) => error.message,
      );
      if (refused) return refused;
    }
  }

  it('still lets pg_rewind in, which no client could wait for otherwise', async () => {
    expect(await holdAll()).to.contain('remaining connection slots are reserved');
    const rewinder = await logIn('rewinder', 'postgres');
    expect((await rewinder.query('select pg_ls_dir($1, false, false)', ['.'])).rows).to.not.have.length(0);
  });

  it('keeps it out where nothing is reserved, as PostgreSQL comes: a setting that takes a restart', async () => {
    await lab.open.configure!({ reserved_connections: '0' });
    expect(lab.open.facts.settings['postgresql.reserved_connections']).to.equal('0');
    await holdAll();
    const refused = await logIn('rewinder', 'postgres').catch((error: Error) => error);
    expect(String(refused)).to.contain('remaining connection slots are reserved');
  });
});
