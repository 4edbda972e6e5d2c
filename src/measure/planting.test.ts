/** A sample of the catalogue of planted defects over stored journals: what still passes has to be known to be harmless. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { numbered, planted } from '../journal/planting/catalogue.ts';
import { harmless } from '../journal/planting/harmless.ts';
import { liesOf } from '../journal/planting/lies.ts';
import { eventsOf, runOf } from '../journal/planting/planted-run.ts';
import { judge } from './judge.ts';

/** Of thousands of defects a journal every so many: `npm run plant` tries them all. */
const every = 17;
const journals = ['wipe-and-rejoin-passed', 'primary-delete-passed', 'standbys-lost-preferred-passed'];

const eventsIn = (name: string) =>
  eventsOf(gunzipSync(readFileSync(`fixtures/journals/${name}/run.ndjson.gz`)).toString());

describe('a planted defect', () => {
  for (const [start, name] of journals.entries())
    it(`is not judged a pass in ${name}, but where it is harmless`, () => {
      const survivors: string[] = [];
      let [i, tried] = [0, 0];
      for (const defect of planted(eventsIn(name))) {
        if (i++ % every !== start || harmless.some(([pattern]) => pattern.test(defect.name))) continue;
        tried++;
        const run = runOf(numbered(defect.lines()));
        if (run && judge(run).outcome === 'pass') survivors.push(defect.name);
      }
      expect(tried).to.be.greaterThan(10);
      expect(survivors).to.deep.equal([]);
    }).timeout(60_000);

  for (const name of journals)
    it(`is not judged a pass in ${name} where it is a lie that fits together`, () => {
      const survivors = liesOf(eventsIn(name)).filter(({ lines }) => {
        const run = runOf(numbered(lines()));
        return run && judge(run).outcome === 'pass';
      });
      expect(survivors.map(({ name: lie }) => lie)).to.deep.equal([]);
    }).timeout(60_000);

  it('leaves a journal that is not spoilt a pass', () => {
    expect(judge(runOf(eventsIn('wipe-and-rejoin-passed'))!).outcome).to.equal('pass');
  });
});
