import { expect } from 'chai';
import { synthetic } from '../../../journal/synthetic.ts';
import { judge } from '../../../measure/judge.ts';
import { renderHtml } from '../index.ts';

const rendered = async (journal: ReturnType<typeof synthetic>) => {
  const run = await journal.run();
  return renderHtml(run, judge(run));
};
const note = (text: string, level: 'info' | 'warn', by?: 'scenario') =>
  synthetic().line('note', 30, { level, text, ...(by && { by }) });

describe('the remarks in a report', () => {
  it('are those of the scenario, and why a wait was in vain', async () => {
    const cause = 'clients had not recovered within 2m; pg2 says: No space left on device <x>';
    for (const journal of [note('the pool was full', 'info', 'scenario'), note(cause, 'warn')])
      expect(await rendered(journal)).to.include('id="remarks"');
    expect(await rendered(note(cause, 'warn'))).to.include('No space left on device &lt;x&gt;');
    expect(await rendered(note('the pool was full', 'info', 'scenario'))).to.include('the pool was full');
  });

  it('leave out what pgdrill notes of every run', async () => {
    expect(await rendered(note('Patroni: synchronous standby of pg2 is nobody', 'info'))).not.to.include(
      'id="remarks"',
    );
  });
});
