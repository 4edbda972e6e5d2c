import { expect } from 'chai';
import { randomFrom } from '../../random.ts';
import type { MetricName } from '../metrics.ts';
import { type ComparedRun, compare } from './compare.ts';

const fingerprint = { 'machine.cpus': '2', 'versions.postgres': '17.5' };
const run = (values: Partial<Record<MetricName, number | null>>, more: object = {}, half = 20): ComparedRun => ({
  fingerprint: { ...fingerprint, ...more },
  measured: Object.fromEntries(
    Object.entries(values).map(([metric, value]) => [
      metric,
      value === null ? { value, lower: null, upper: null } : { value, lower: value - half, upper: value + half },
    ]),
  ),
});
const outages = (values: readonly number[], half?: number) =>
  values.map((writeOutageMs) => run({ writeOutageMs }, {}, half));
const only = (before: readonly ComparedRun[], after: readonly ComparedRun[]) =>
  compare(before, after, ['writeOutageMs'])[0]!;

/** Outages like those that were seen: two modes, made by a timer of 15 s, with some noise. */
const seen = [30_800, 45_700, 30_400, 45_200, 30_100, 30_600, 31_000, 45_100, 30_200, 30_900];

describe('comparing runs', () => {
  it('finds a planted regression of 50 % over 10 runs each', () => {
    const result = only(outages(seen), outages(seen.map((value) => value * 1.5 + 13)));
    expect(result).to.include({ change: 'regression', furtherRuns: null });
    expect(result.p).to.be.lessThan(0.05);
    expect(result.shift!.lower).to.be.greaterThan(result.threshold);
    expect(result.reason).to.match(
      /^The shift is \+1\d+ ms, at least \+\d+ and at most \+\d+ \(95 % each\); 10 against 10 runs, p .*: beyond 3080 ms\.$/,
    );
  });

  it('finds the improvement the other way round', () => {
    expect(only(outages(seen.map((value) => value * 1.5 + 13)), outages(seen)).change).to.equal('improvement');
  });

  it('says no change only where the whole interval is within the threshold', () => {
    const near = [20_000, 20_100, 20_200, 20_150, 20_050, 20_120];
    expect(only(outages(near), outages(near.map((value) => value + 300))).change).to.equal('no change');
    // Clearly shifted, but by less than is of interest.
    expect(only(outages(near), outages(near.map((value) => value + 300))).p).to.be.lessThan(0.05);
  });

  it('is inconclusive where the interval straddles the threshold, and says how many runs it needs', () => {
    const result = only(outages(seen), outages(seen.map((value) => value * 1.08 + 13)));
    expect(result.change).to.equal('inconclusive');
    expect(result.furtherRuns).to.be.greaterThan(0);
    expect(result.reason).to.contain(`About ${result.furtherRuns} further runs of each would decide it`);
  });

  it('is inconclusive with three runs each, whatever they show, and asks for enough to conclude', () => {
    const result = only(outages([1000, 1001, 1002]), outages([9000, 9001, 9002]));
    expect(result).to.include({ change: 'inconclusive', furtherRuns: 1 });
    expect(result.reason).to.contain('so few runs cannot distinguish it from chance');
  });

  it('cannot conclude on two measures from 4 against 4, but on six from 5 against 5', () => {
    const six: MetricName[] = ['writeOutageMs', 'directOutageMs', 'readOutageMs', 'detectMs', 'electMs', 'promoteMs'];
    const side = (n: number, add: number) =>
      Array.from({ length: n }, (_, i) => run(Object.fromEntries(six.map((metric) => [metric, add + i * 10])), {}, 1));
    const changes = (n: number, chosen: MetricName[]) =>
      compare(side(n, 1000), side(n, 9000), chosen).map((one) => one.change);
    expect(changes(4, six.slice(0, 1))).to.eql(['regression']);
    expect(changes(4, six.slice(0, 2))).to.eql(['inconclusive', 'inconclusive']);
    expect(changes(5, six)).to.eql(six.map(() => 'regression'));
  });

  it('ignores a shift below the resolution of the measurement', () => {
    const blurred = (values: readonly number[]) => outages(values, 5000);
    expect(only(outages([1000, 1010, 1020, 1030, 1040]), outages([3000, 3010, 3020, 3030, 3040])).change).to.equal(
      'regression',
    );
    expect(only(blurred([1000, 1010, 1020, 1030, 1040]), blurred([3000, 3010, 3020, 3030, 3040])).change).to.equal(
      'no change',
    );
  });

  it('compares nothing across different environments, and says what differs', () => {
    const other = seen.map((writeOutageMs) => run({ writeOutageMs }, { 'machine.cpus': '4', 'settings.ttl': '20' }));
    expect(only(outages(seen), other)).to.include({
      change: 'not comparable',
      p: null,
      reason: 'the runs differ in more than time: machine.cpus is 2 or 4; settings.ttl is not set or 20',
    });
  });

  it('compares neither safety, which one occurrence fails, nor what was not measured in every run', () => {
    expect(compare([run({ lostWrites: 0 })], [run({ lostWrites: 5 })], ['lostWrites'])[0]!.reason).to.contain(
      'one occurrence',
    );
    expect(only(outages(seen), [...outages(seen), run({ writeOutageMs: null })]).reason).to.contain('1 of the 21 runs');
    expect(only([], outages(seen)).reason).to.contain('no runs');
  });

  it('raises no more than 5 % false alarms over 1,000 relabellings of runs with several modes', () => {
    const random = randomFrom(7);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const chosen: MetricName[] = ['writeOutageMs', 'directOutageMs', 'readOutageMs', 'recoveryMs', 'poolerPenaltyMs'];
    const modes = [5_000, 10_000, 15_000, 30_000];
    const runs = Array.from({ length: 20 }, () => {
      const directOutageMs = modes[Math.floor(random() * modes.length)]! + 400 * normal();
      const poolerPenaltyMs = (random() < 0.4 ? 15_000 : 0) + 500 * normal();
      const writeOutageMs = directOutageMs + Math.max(0, poolerPenaltyMs);
      const readOutageMs = random() < 0.5 ? 0 : 2_000 + 300 * normal();
      return run({
        writeOutageMs,
        directOutageMs,
        readOutageMs,
        poolerPenaltyMs,
        recoveryMs: writeOutageMs + 20_000 * random(),
      });
    });
    let alarms = 0;
    for (let relabelling = 0; relabelling < 1000; relabelling++) {
      const shuffled = runs
        .map((one) => ({ one, at: random() }))
        .sort((a, b) => a.at - b.at)
        .map(({ one }) => one);
      const results = compare(shuffled.slice(0, 10), shuffled.slice(10), chosen);
      if (results.some(({ change }) => change === 'regression' || change === 'improvement')) alarms++;
    }
    expect(alarms).to.be.at.most(50);
  }).timeout(60_000);
});
