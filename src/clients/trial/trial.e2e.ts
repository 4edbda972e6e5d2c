import { expect } from 'chai';
import { skipWithoutPostgres, TestPostgres } from '../../load/test-postgres.ts';
import { type Trial, tryClient } from './trial.ts';

const path = (name: string): string => new URL(`../../../${name}`, import.meta.url).pathname;

const planted = path('fixtures/clients/planted.mjs');
/** By what is wrong with them. */
const adapters = {
  nothing: [path('clients/node/pg-pool.mjs')],
  lies: [planted, 'lies'],
  retries: [planted, 'retries'],
  clock: [planted, 'clock'],
} as const;

async function trialOf(argv: readonly string[]): Promise<Trial> {
  await using postgres = await TestPostgres.start();
  return await tryClient({
    endpoint: postgres.endpoint,
    use: { use: argv[0]!, name: 'planted', path: 'direct', workers: 8, ratePerSecond: 40, settings: {} },
    command: { uses: argv[0]!, argv: [process.execPath, ...argv] },
    signal: new AbortController().signal,
  });
}

describe('the trial of a client program', function () {
  this.timeout(120_000);
  let trials: Readonly<Record<keyof typeof adapters, Trial>>;
  // Side by side, each with a PostgreSQL of its own: a trial takes half a minute, most of which it waits.
  before(async function () {
    await skipWithoutPostgres(this);
    const all = Object.entries(adapters).map(async ([name, argv]) => [name, await trialOf(argv)] as const);
    trials = Object.fromEntries(await Promise.all(all)) as typeof trials;
  });

  const broken = ({ findings }: Trial): string[] => findings.flatMap(({ what, holds }) => (holds ? [] : [what]));

  it('passes an honest adapter, and shows when it came back', () => {
    const trial = trials.nothing;
    expect(broken(trial), JSON.stringify(trial.findings, null, 1)).to.deep.equal([]);
    const reset = trial.returns.find(({ name }) => name === 'connections reset')!;
    expect(reset.ms).to.be.within(0, 1_500);
  });

  it('calls out an adapter that reports lost writes as acknowledged', () => {
    const trial = trials.lies;
    expect(broken(trial)).to.include('what it calls acknowledged is in the database');
    expect(broken(trial)).to.include('waits for the commit, not for the command tag');
  });

  it('calls out an adapter that retries and writes twice', () => {
    const trial = trials.retries;
    expect(broken(trial)).to.include('writes each request at most once');
    // What it reports in the end is true: only how it got there is not.
    expect(broken(trial)).not.to.include('what it calls acknowledged is in the database');
    expect(broken(trial)).not.to.include('its clock is CLOCK_MONOTONIC');
  });

  it('calls out an adapter whose clock is 1 s off', () => {
    const trial = trials.clock;
    expect(broken(trial)).to.include('keeps to the protocol');
    expect(broken(trial)).to.include('its clock is CLOCK_MONOTONIC');
  });
});
