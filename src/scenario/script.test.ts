import { expect } from 'chai';
import { readCatalogue } from '../project/catalogue.ts';
import type { Drill } from './drill.ts';
import { describeStep, readSteps } from './script.ts';

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

describe('the scenarios that come with pgdrill', () => {
  for (const folder of ['scenarios', 'fixtures/scenarios'])
    it(`wait for every verb: ${folder}`, async () => {
      const { listed, broken } = await readCatalogue(folder);
      expect(broken).to.deep.equal([]);
      expect(listed).to.have.length.above(3);
      for (const { scenario, file } of listed) {
        const steps = readSteps(scenario.drill);
        expect(steps, file).to.not.equal(undefined);
        expect(steps!.filter(({ awaited }) => !awaited).map(describeStep), file).to.deep.equal([]);
      }
    });
});
