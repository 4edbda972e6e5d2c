import { expect } from 'chai';
import { quietLibraries, whyItActs } from './quiet.ts';

const asked = (row: { workers: string; timescale: string; libraries: string; applying: number }) =>
  whyItActs({ query: async () => ({ rows: [row] }) } as never);

describe('a restored copy', () => {
  it('keeps the libraries that its data needs, and none that acts on its own', () => {
    expect(quietLibraries(['pg_cron', 'timescaledb', 'pg_stat_statements', 'pg_net'])).to.deep.equal([
      'timescaledb',
      'pg_stat_statements',
    ]);
  });

  it('is asked itself, since a file of the backup counts more than the parameters of its Cluster', async () => {
    const quiet = { workers: '0', timescale: '0', libraries: 'timescaledb', applying: 0 };
    expect(await asked(quiet)).to.equal(undefined);
    expect(await asked({ ...quiet, workers: '4' })).to.include(
      'max_logical_replication_workers is 4 there, expected 0',
    );
    expect(await asked({ ...quiet, timescale: '8' })).to.include('timescaledb.max_background_workers is 8 there');
    expect(await asked({ ...quiet, libraries: 'timescaledb, "pg_cron"' })).to.include('it has loaded pg_cron');
    expect(await asked({ ...quiet, applying: 2 })).to.include('2 of its processes apply a subscription');
  });
});
