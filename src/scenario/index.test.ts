import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import { defineScenario, type ScenarioInput } from './index.ts';

const drill = async () => {};
const input: ScenarioInput = { name: 'a', asks: 'b?', needs: ['crash'], limits: { writeOutageMs: { max: 1 } }, drill };
const changed = (change: object) => () => defineScenario({ ...input, ...change } as ScenarioInput);

describe('a scenario', () => {
  it('gets the defaults of the default drill', () => {
    const { topology, load } = defineScenario(input);
    expect(topology).to.deep.equal({
      instances: 3,
      durability: 'required',
      pooler: { instances: 2, mode: 'transaction', poolSize: 25 },
      timers: 'recommended',
      settings: {},
    });
    expect(load).to.include({ writers: 40, ratePerSecond: 200 });
  });

  it('names the nearest metric for a misspelt limit', () => {
    expect(changed({ limits: { writeOutagMs: { max: 1 } } })).to.throw(UsageError, 'did you mean writeOutageMs?');
  });

  it('refuses a scenario without a limit', () => {
    expect(changed({ limits: {} })).to.throw(UsageError, 'needs a limit, or it passes whatever happens');
  });
  it('refuses limits below 0, and a min above the max', () => {
    expect(changed({ limits: { writeOutageMs: { max: -1 } } })).to.throw(UsageError, 'a limit is 0 or more');
    expect(changed({ limits: { writeOutageMs: { min: 2, max: 1 } } })).to.throw(UsageError, 'min is greater than max');
  });
  it('refuses a limit that limits nothing', () => {
    expect(changed({ limits: { writeOutageMs: {} } })).to.throw(UsageError, 'needs a max or a min');
  });

  it('refuses a fault, a durability and a key that it does not know', () => {
    expect(changed({ needs: ['explode'] })).to.throw(UsageError, 'needs');
    expect(changed({ topology: { durability: 'maybe' } })).to.throw(UsageError, 'durability');
    expect(changed({ lod: {} })).to.throw(UsageError, 'lod');
  });

  it('refuses an isolation level that PostgreSQL does not have, and one without transactions', () => {
    expect(changed({ load: { workload: 'list-append', isolation: 'chaos' } })).to.throw(UsageError, 'isolation');
    expect(changed({ load: { isolation: 'serializable' } })).to.throw(
      UsageError,
      "isolation, transactionsPerSecond and replicaTransactionsPerSecond belong to the transactions of workload: 'list-append'; add it or leave them out",
    );
    expect(changed({ load: { workload: 'list-append', isolation: 'read committed' } })().load).to.include({
      isolation: 'read committed',
    });
  });

  it('refuses a drill that is not a function', () => {
    expect(changed({ drill: 'x' })).to.throw(UsageError, 'expected a function');
  });
});

describe('a scenario that needs backups', () => {
  const drill = async () => {};
  it('has archiving on without saying so', () => {
    const asked = { name: 'restores', asks: 'does it?', limits: { lostWrites: { max: 0 } }, drill } as const;
    expect(defineScenario({ ...asked, needs: ['crash', 'backup'] }).topology.archiving).to.equal(true);
    expect(defineScenario({ ...asked, needs: ['crash'] }).topology).to.not.have.property('archiving');
  });
});
