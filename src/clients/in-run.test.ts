import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import { scenario } from '../index.ts';
import { demandVerification, findClients } from './in-run.ts';

describe('the client programs of a scenario', () => {
  const withClients = (...clients: string[]) =>
    scenario({
      ...{ name: 'x', asks: 'Do they come back?', needs: [], limits: { lostWrites: { max: 0 } } },
      load: { clients },
      drill: async () => {},
    });
  const own = withClients(process.execPath);

  it('are found for every stack', () => {
    for (const kind of ['lab', 'k3s', 'cluster'] as const)
      expect(findClients(own, kind)).to.deep.equal([{ uses: process.execPath, argv: [process.execPath] }]);
    expect(findClients(withClients(), 'cluster')).to.deep.equal([]);
  });

  it('are refused a path by the instances’ own addresses where clients do not reach them', () => {
    const pinned = withClients(`${process.execPath}:path=late`);
    expect(findClients(pinned, 'lab').length).to.equal(1);
    for (const kind of ['k3s', 'cluster'] as const)
      expect(() => findClients(pinned, kind)).to.throw(
        UsageError,
        `the client node connects by late, but clients of the stack ${kind} do not reach instances by their own addresses; use path=direct or path=pooler, or the stack lab`,
      );
  });

  it('are given no password of an existing cluster where they do not check certificates', async () => {
    const { signal } = new AbortController();
    const commandOf = (...argv: string[]) => [{ uses: './x', argv: [process.execPath, ...argv] }];
    const path = (name: string): string => new URL(`../../${name}`, import.meta.url).pathname;
    await demandVerification(own, commandOf(path('clients/node/pg-pool.mjs')), signal);
    const careless = demandVerification(own, commandOf(path('fixtures/clients/planted.mjs'), 'any-name'), signal);
    await expectRefusal(careless, [
      'the client node is given no password of a cluster that others use: expected one that checks the server’s certificate',
      'refuses the certificate of another server (it logged in: this server would have been given its password)',
      'client-test',
    ]);
  }).timeout(30_000);
});

async function expectRefusal(promise: Promise<void>, texts: readonly string[]): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (why: unknown) => why,
  );
  expect(error).to.be.instanceOf(UsageError);
  for (const text of texts) expect((error as Error).message).to.contain(text);
}
