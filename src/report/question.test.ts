import { expect } from 'chai';
import { readRunFile } from '../journal/read.ts';
import { questionOf } from './question.ts';

describe('the question of a run', () => {
  it('has the share of the run’s own fault, where the recorded words have another', async () => {
    const run = await readRunFile('fixtures/journals/lossy-primary-failed/run.ndjson.gz');
    expect(run.header.scenario.asks).to.contain('a tenth of the primary’s packets');
    expect(questionOf(run)).to.equal('Do writes go on, only later, when 70 % of the primary’s packets are lost?');
  });

  it('is as it was recorded, where the share fits or none is in it', async () => {
    for (const name of ['lossy-primary-passed', 'primary-crash-failed']) {
      const run = await readRunFile(`fixtures/journals/${name}/run.ndjson.gz`);
      expect(questionOf(run)).to.equal(run.header.scenario.asks);
    }
  });
});
