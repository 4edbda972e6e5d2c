import { expect } from 'chai';
import { steadyStory } from '../journal/stories.ts';
import { judge } from './judge.ts';
import { asStored } from './stored-verdict.ts';

describe('a stored verdict', () => {
  it('is compared on the metrics and limits that it holds', async () => {
    const today = judge(await steadyStory().run());
    const stored = { ...today, measured: today.measured.slice(0, 3), checks: today.checks.slice(0, 1) };
    expect(asStored(today, stored)).to.deep.equal(stored);
  });

  it('differs where one of them has another value, or is gone', async () => {
    const today = judge(await steadyStory().run());
    const [first, ...others] = today.measured;
    const stored = { ...today, measured: [{ ...first!, value: 7 }, ...others] };
    expect(asStored(today, stored)).not.to.deep.equal(stored);
    expect(asStored({ ...today, measured: others }, stored)).not.to.deep.equal(stored);
  });
});
