import { expect } from 'chai';
import { brokenPods, failureOf, isInjected, isPaused, isRecovered } from './status.ts';

const conditions = (...types: string[]) =>
  ['Selected', 'AllInjected', 'AllRecovered', 'Paused'].map((type) => ({
    type,
    status: types.includes(type) ? 'True' : 'False',
  }));
const record = (change: object = {}) => ({ id: 'db/pg-1', selectorKey: '.', phase: 'Injected', ...change });
const experiment = (...containerRecords: ReturnType<typeof record>[]) => ({ containerRecords });

describe('the status of an experiment', () => {
  it('says that it was injected, also where it is over since', () => {
    expect(isInjected({})).to.equal(false);
    expect(isInjected({ conditions: conditions('Selected') })).to.equal(false);
    expect(isInjected({ conditions: conditions('AllInjected') })).to.equal(false);
    expect(isInjected({ conditions: conditions('Selected', 'AllInjected') })).to.equal(true);
    const over = (injectedCount: number) => ({
      conditions: conditions('Selected', 'AllRecovered'),
      experiment: experiment(record({ phase: 'Not Injected', injectedCount }) as never),
    });
    expect([isInjected(over(1)), isInjected(over(0))]).to.deep.equal([true, false]);
    expect(isInjected({ conditions: conditions('Selected'), experiment: experiment() })).to.equal(false);
  });

  it('says that it is paused, and that nothing remains', () => {
    expect([isPaused({}), isPaused({ conditions: conditions('Paused') })]).to.deep.equal([false, true]);
    expect([isRecovered({}), isRecovered({ conditions: conditions('AllRecovered') })]).to.deep.equal([false, true]);
  });

  it('names the pods that it broke, once each, without those at the other end', () => {
    const records = experiment(
      record({ id: 'db/pg-1/postgres' }),
      record({ id: 'db/pg-1/bootstrap' }),
      record({ id: 'db/pg-2', selectorKey: '.Target' }),
    );
    expect(brokenPods({ experiment: records })).to.deep.equal(['db/pg-1']);
    expect(brokenPods({})).to.deep.equal([]);
  });

  it('holds the last failure in the words of the controller', () => {
    const events = [
      { type: 'Failed', operation: 'Apply', message: 'no daemon' },
      { type: 'Failed', operation: 'Apply', message: 'no tc' },
      { type: 'Succeeded', operation: 'Apply' },
    ];
    expect(failureOf({ experiment: experiment(record({ events }) as never) })).to.equal('no tc');
    expect(failureOf({})).to.equal(undefined);
  });
});
