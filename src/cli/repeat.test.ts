import { expect } from 'chai';
import { ownCommand } from '../project/own-name.ts';
import { loadSchema } from '../scenario/load.ts';
import { commandOf } from './repeat.ts';

const load = loadSchema.parse({ writers: 20, ratePerSecond: 50 });
const plain = { called: 'primary-crash', load, stack: 'lab', manifests: [], changed: {}, limits: [], flags: {} };

describe('the command that repeats a run', () => {
  it('calls the scenario as it was called: one in a file of its own by its path', () => {
    expect(commandOf(plain)).to.equal(
      `${ownCommand} run primary-crash --stack lab --rate 50 --writers 20 --profile ${load.profile}`,
    );
    expect(commandOf({ ...plain, called: 'drills/link-flaps.ts' })).to.contain(' run drills/link-flaps.ts --stack lab');
  });

  it('names the cluster, which no other stack has', () => {
    const flags = { context: 'staging', namespace: 'db', cluster: 'pg', database: 'app' };
    expect(commandOf({ ...plain, stack: 'cluster', flags })).to.contain(
      '--stack cluster --context staging --namespace db --cluster pg --database app --rate',
    );
    expect(commandOf({ ...plain, flags })).not.to.contain('--context');
  });

  it('quotes what a shell would take apart', () => {
    const changed = { archive_command: "cp '%p' /x" };
    expect(commandOf({ ...plain, called: 'my drills/a.ts', changed, limits: ['rto=30s'] })).to.match(
      / run 'my drills\/a\.ts' .* --with 'archive_command=cp '\\''%p'\\'' \/x' --limit rto=30s$/,
    );
  });

  it('names files of SQL', () => {
    const flags = { sql: ['a.sql', 'b.sql'], sqlSetup: 'setup.sql' };
    expect(commandOf({ ...plain, flags })).to.contain('--sql a.sql b.sql --sql-setup setup.sql');
  });
});
