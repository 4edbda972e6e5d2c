import { expect } from 'chai';
import { courseOf } from './course.ts';
import type { Drill } from './drill.ts';

describe('the course of a drill', () => {
  it('adds up holds, lengths of faults and waits', () => {
    const course = courseOf(async ({ hold, primary, inject, recovered, settled }: Drill) => {
      await hold('10s');
      const flapping = await inject('flap', await primary(), { for: '4s', every: '9s', times: 3 });
      await flapping.ended();
      await recovered({ within: '2m' });
      await settled({ within: '1m' });
    });
    expect(course).to.deep.equal({ atLeastMs: 43_000, atMostMs: 212_000, firstFaultMs: 4_000 });
  });

  it('does not count a fault whose end is not waited for, and knows no length of one that is healed', () => {
    const course = courseOf(async ({ hold, primary, inject, recovered }: Drill) => {
      const crash = await inject('crash', await primary());
      await recovered({ within: '3m' });
      await crash.heal();
      await hold('500ms');
    });
    expect(course).to.deep.equal({ atLeastMs: 11_500, atMostMs: 180_500, firstFaultMs: undefined });
  });
});
