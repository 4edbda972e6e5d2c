import { expect } from 'chai';
import { postgresFor, type TestPostgres } from '../../load/test-postgres.ts';
import { type Trial, tryClient } from './trial.ts';

const path = (name: string): string => new URL(`../../../${name}`, import.meta.url).pathname;

describe('the trial of a client program', function () {
  this.timeout(120_000);
  let postgres: TestPostgres;
  before(async function () {
    postgres = await postgresFor(this);
  });
  after(() => postgres?.[Symbol.asyncDispose]());

  const trialOf = (...argv: string[]): Promise<Trial> =>
    tryClient({
      endpoint: postgres.endpoint,
      use: { use: argv[0]!, name: 'planted', path: 'direct', workers: 8, ratePerSecond: 40, settings: {} },
      command: { uses: argv[0]!, argv: [process.execPath, ...argv] },
      signal: new AbortController().signal,
    });
  const broken = ({ findings }: Trial): string[] => findings.flatMap(({ what, holds }) => (holds ? [] : [what]));

  it('passes an honest adapter, and shows when it came back', async () => {
    const trial = await trialOf(path('clients/node/pg-pool.mjs'));
    expect(broken(trial), JSON.stringify(trial.findings, null, 1)).to.deep.equal([]);
    const reset = trial.returns.find(({ name }) => name === 'connections reset')!;
    expect(reset.ms).to.be.within(0, 1_500);
  });

  it('calls out an adapter that reports lost writes as acknowledged', async () => {
    const trial = await trialOf(path('fixtures/clients/planted.mjs'), 'lies');
    expect(broken(trial)).to.include('what it calls acknowledged is in the database');
    expect(broken(trial)).to.include('waits for the commit, not for the command tag');
  });

  it('calls out an adapter that retries and writes twice', async () => {
    const trial = await trialOf(path('fixtures/clients/planted.mjs'), 'retries');
    expect(broken(trial)).to.include('writes each request at most once');
    // What it reports in the end is true: only how it got there is not.
    expect(broken(trial)).not.to.include('what it calls acknowledged is in the database');
    expect(broken(trial)).not.to.include('its clock is CLOCK_MONOTONIC');
  });

  it('calls out an adapter whose clock is 1 s off', async () => {
    const trial = await trialOf(path('fixtures/clients/planted.mjs'), 'clock');
    expect(broken(trial)).to.include('keeps to the protocol');
    expect(broken(trial)).to.include('its clock is CLOCK_MONOTONIC');
  });
});
