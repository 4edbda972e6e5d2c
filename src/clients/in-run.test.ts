import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import { scenario } from '../index.ts';
import { findClients } from './in-run.ts';

describe('the client programs of a scenario', () => {
  const withClients = (...clients: string[]) =>
    scenario({
      ...{ name: 'x', asks: 'Do they come back?', needs: [], limits: { lostWrites: { max: 0 } } },
      load: { clients },
      drill: async () => {},
    });
  const own = withClients(process.execPath);

  it('are found for a stack that pgdrill makes', () => {
    for (const kind of ['lab', 'k3s'] as const)
      expect(findClients(own, kind)).to.deep.equal([{ uses: process.execPath, argv: [process.execPath] }]);
  });

  it('are refused on an existing cluster, before anything is given a password', () => {
    expect(() => findClients(own, 'cluster')).to.throw(
      UsageError,
      /the stack cluster takes no client programs, but the load names node: they do not check the server’s certificate/,
    );
    expect(findClients(withClients(), 'cluster')).to.deep.equal([]);
  });
});
