import { expect } from 'chai';
import { crashStory } from '../../../journal/stories.ts';
import { judge } from '../../../measure/judge.ts';
import { renderHtml } from '../index.ts';

/** Two transactions that miss each other's appends, and the read of both lists. */
const skew = {
  ...{ tUs: 15_100_000, n: 3, baseUs: 15_000_000, paths: ['direct'], errors: [], client: [0, 1, 2], path: [0, 0, 0] },
  ...{ start: [0, 1, 2], took: [9, 9, 9], outcome: [0, 0, 0], error: [-1, -1, -1], operations: [2, 2, 2] },
  ...{ key: [0, 1, 1, 0, 0, 1], append: [-1, 1, -1, 1, -1, -1], length: [0, 0, 0, 0, 1, 1], elements: [1, 1] },
};
const page = async (isolation: string): Promise<string> => {
  const load = { workload: 'list-append', isolation };
  const run = await crashStory({ load, more: (journal) => journal.line('txn', 15.1, skew) }).run();
  return renderHtml(run, judge(run));
};
const section = (text: string): string => text.match(/<details id="isolation".*?<\/details>/s)?.[0] ?? '';

describe('the section about isolation', () => {
  it('draws the transactions of an anomaly with their dependencies, and what they did', async () => {
    const text = section(await page('serializable'));
    expect(text).to.contain('1 anomaly').and.contain('T0 did not see 1 in key 0, which T1 appended');
    expect(text.match(/<circle /g)).to.have.length(2);
    expect(text.match(/stroke-dasharray/g)).to.have.length(2);
    expect(text).to.contain('>rw 0</text>').and.contain('>rw 1</text>');
    expect(text).to.contain('<code>T0: read 0 as [], append 1 to 1</code>');
    expect(text).to.match(/class="evidence" href="#seq-\d+"/);
  });

  it('says that there was none, and under which level', async () => {
    const text = section(await page('repeatable read'));
    expect(text).to.contain('no anomaly under repeatable read').and.not.contain('<svg');
    expect(text).to.contain('3 transactions committed');
  });

  it('is absent where no transactions were run', async () => {
    const run = await crashStory().run();
    expect(section(renderHtml(run, judge(run)))).to.equal('');
  });
});
