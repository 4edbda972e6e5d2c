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
    expect(course).to.deep.equal({ atLeastMs: 43_000, atMostMs: 212_000, firstFaultMs: 4_000, breaksSeveral: false });
  });

  it('does not count a fault whose end is not waited for, and knows no length of one that is healed', () => {
    const course = courseOf(async ({ hold, primary, inject, recovered }: Drill) => {
      const crash = await inject('crash', await primary());
      await recovered({ within: '3m' });
      await crash.heal();
      await hold('500ms');
    });
    expect(course).to.deep.equal({
      atLeastMs: 11_500,
      atMostMs: 180_500,
      firstFaultMs: undefined,
      breaksSeveral: false,
    });
  });

  it('says that a drill breaks a target while another is broken, in a loop too', () => {
    const after = async ({ primary, standby, inject }: Drill) => {
      const crash = await inject('crash', await primary());
      await crash.heal();
      await inject('crash', await standby());
    };
    const beside = async ({ primary, standby, inject }: Drill) => {
      await inject('freeze', await standby());
      await inject('crash', await primary());
    };
    const all = async ({ standbys, inject }: Drill) => {
      await Promise.all((await standbys()).map((standby) => inject('crash', standby)));
    };
    const inTurn = async ({ standbys, inject }: Drill) => {
      for (const standby of await standbys()) {
        const crash = await inject('crash', standby);
        await crash.heal();
      }
    };
    const managed = async ({ primary, inject }: Drill) => {
      for (let change = 1; change < 3; change++) await inject('switchover', await primary());
      await inject('operator-down', { kind: 'operator', name: 'operator' });
      await inject('crash', await primary());
    };
    expect([after, beside, all, inTurn, managed].map((drill) => courseOf(drill)?.breaksSeveral)).to.deep.equal([
      ...[false, true, true, false, false],
    ]);
  });
});
