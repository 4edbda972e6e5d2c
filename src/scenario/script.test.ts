import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import { readCatalogue } from '../project/catalogue.ts';
import type { Drill } from './drill.ts';
import { checkParameters, describeStep, readSteps } from './script.ts';

const verbs = (drill: (verbs: Drill) => Promise<void>) => readSteps(drill)?.map(describeStep);
const forgotten = (drill: (verbs: Drill) => Promise<void>) =>
  readSteps(drill)
    ?.filter(({ awaited }) => !awaited)
    .map(describeStep);

describe('the steps of a drill', () => {
  it('are read in their order, from a method, an arrow function or an object of verbs', () => {
    const expected = [`hold('1s')`, `inject('freeze', await primary(), { for: '2s' })`, 'primary()'];
    const { drill } = {
      async drill({ hold, primary, inject }: Drill) {
        await hold('1s');
        await inject('freeze', await primary(), { for: '2s' });
      },
    };
    expect(verbs(drill)).to.deep.equal(expected);
    const arrow = async ({ hold, primary, inject }: Drill) => {
      await hold('1s');
      await inject('freeze', await primary(), { for: '2s' });
    };
    expect(verbs(arrow)).to.deep.equal(expected);
    const whole = async (all: Drill) => {
      await all.hold('1s');
    };
    expect(verbs(whole)).to.deep.equal([`hold('1s')`]);
  });

  it('carry the values of arguments that are literals', () => {
    const drill = async ({ primary, inject }: Drill) => {
      await inject('lossy', await primary(), { share: 0.02, for: '2s' });
    };
    expect(readSteps(drill)?.[0]?.values).to.deep.equal(['lossy', undefined, { share: 0.02, for: '2s' }]);
  });

  it('are marked where nobody waits for them, the healing of a fault too', () => {
    const drill = async ({ hold, primary, inject, note }: Drill) => {
      // biome-ignore lint/nursery/noFloatingPromises: what the lint is to find
      hold('1s');
      const fault = await inject('crash', await primary());
      note('nothing to wait for');
      // biome-ignore lint/nursery/noFloatingPromises: likewise
      fault.heal();
      await Promise.all([fault.heal()]);
    };
    expect(forgotten(drill)).to.deep.equal([`hold('1s')`, 'heal()']);
  });
});

describe('the parameters in the source of a drill', () => {
  const checked = (drill: (verbs: Drill) => Promise<void>) => () => checkParameters(drill);
  it('are checked as far as they are in writing', () => {
    const share = 20;
    expect(
      checked(async ({ primary, inject }) => {
        await inject('lossy', await primary(), { share: 20 });
      }),
    ).to.throw(UsageError, 'the parameter share of lossy is 20');
    expect(
      checked(async ({ primary, inject }) => {
        await inject('lossy', await primary(), { share });
        await inject('lossy', await primary());
      }),
    ).to.not.throw();
    expect(
      checked(async ({ primary, inject }) => {
        await inject('losy' as 'lossy', await primary());
      }),
    ).to.throw(UsageError, 'the drill injects losy, which is not a fault (did you mean lossy?)');
    expect(
      checked(async ({ primary, inject }) => {
        // @ts-expect-error a link that flaps needs its length
        await inject('flap', await primary());
      }),
    ).to.throw(UsageError, 'the fault flap needs its length');
    expect(
      checked(async ({ recovered }) => {
        // @ts-expect-error a duration has a unit that is known
        await recovered({ within: '3 minutes' });
      }),
    ).to.throw(UsageError, '"3 minutes" is not a duration');
    expect(
      checked(async ({ hold }) => {
        // @ts-expect-error likewise
        await hold('20');
      }),
    ).to.throw(UsageError, '"20" is not a duration');
  });
});

describe('the scenarios that come with pgdrill', () => {
  for (const folder of ['scenarios', 'fixtures/scenarios'])
    it(`wait for every verb: ${folder}`, async () => {
      const { listed, broken } = await readCatalogue(folder);
      expect(broken).to.deep.equal([]);
      expect(listed).to.have.length.above(3);
      const found = listed.flatMap(({ scenario, file }) => {
        const steps = readSteps(scenario.drill);
        expect(steps, file).to.not.equal(undefined);
        return steps!.filter(({ awaited }) => !awaited).map((step) => `${scenario.name}: ${describeStep(step)}`);
      });
      // Planted, so that the lint is seen red.
      expect(found).to.deep.equal(folder === 'scenarios' ? [] : [`forgets-await: hold('30s')`]);
    });
});
