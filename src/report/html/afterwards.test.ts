import { expect } from 'chai';
import { synthetic } from '../../journal/synthetic.ts';
import { judge } from '../../measure/judge.ts';
import { renderHtml } from './index.ts';

const rendered = async (journal: ReturnType<typeof synthetic>) => {
  const run = await journal.run();
  return renderHtml(run, judge(run));
};

describe('what is said of the time after a drill', () => {
  it('is a section of its own, with every remark as it was made', async () => {
    const remarks = [{ name: 'primary', text: 'pg-2 on node b; it was pg-1 on <a>' }];
    const page = await rendered(synthetic().line('afterwards', 60, { remarks }));
    expect(page).to.include('id="afterwards"').and.include('pg-2 on node b; it was pg-1 on &lt;a&gt;');
  });

  it('is nothing where the system did not outlive the run', async () => {
    expect(await rendered(synthetic())).not.to.include('id="afterwards"');
  });
});
