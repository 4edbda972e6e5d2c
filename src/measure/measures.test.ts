import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { crashStory } from '../journal/stories.ts';
import { synthetic } from '../journal/synthetic.ts';
import { measures } from './measures.ts';
import { metricNames, metrics } from './metrics.ts';

describe('the measures', () => {
  it('give every metric once, and those that they announce', async () => {
    const run = await crashStory().run();
    expect(measures.flatMap((measure) => measure.metrics)).to.have.members([...metricNames]);
    for (const measure of measures)
      expect(measure.take(run, {}).map(({ metric }) => metric)).to.deep.equal(measure.metrics);
  });

  it('hold each value between its ends, in the unit of its metric, with evidence of at most 20 records', async () => {
    const run = await crashStory({
      ledger: {
        without: [
          [1, 5],
          [2, 9],
        ],
      },
      residue: ['a rule'],
    }).run();
    for (const { metric, unit, value, lower, upper, evidence } of measures.flatMap(({ take }) => take(run, {}))) {
      expect(unit).to.equal(metrics[metric].unit);
      expect(evidence.length).to.be.at.most(20);
      if (value === null) continue;
      expect(lower, metric).to.be.at.most(value);
      // No upper end: nobody looked for a part of the time.
      if (upper !== null) expect(upper, metric).to.be.at.least(value);
    }
  });

  it('call nothing measured in a journal that holds nothing', async () => {
    const run = await synthetic().run();
    for (const { metric, value, upper, note } of measures.flatMap(({ take }) => take(run, {}))) {
      expect([value, upper], metric).to.deep.equal([null, null]);
      expect(note).to.match(/^not measurable: /);
    }
  });

  it('are all explained in docs/METRICS.md', () => {
    const text = readFileSync('docs/METRICS.md', 'utf8');
    expect(metricNames.filter((name) => !text.includes(`\`${name}\``) && name !== 'residue')).to.deep.equal([]);
  });
});
