import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import { aimedAt } from './aim.ts';
import { type FaultKind, faultKinds, faults } from './index.ts';
import { describeParameters, parseParameters } from './parameters.ts';

const parse = (fault: FaultKind, given?: unknown) => parseParameters(fault, faults[fault], given);
const refused = (fault: FaultKind, given: unknown) => () => parse(fault, given);

describe('parameters of a fault', () => {
  it('have defaults', () => {
    expect(parse('lossy').own).to.deep.equal({ share: 0.3 });
    expect(parse('lossy', { share: 0.02 }).own).to.deep.equal({ share: 0.02 });
    expect(parse('crash').given).to.deep.equal({});
  });

  it('give it a length, and bring it back', () => {
    expect(parse('freeze').schedule).to.equal(undefined);
    expect(parse('freeze', { for: '12s' }).schedule).to.deep.equal({ forMs: 12_000, everyMs: 12_000, times: 1 });
    const flapping = parse('isolate', { for: '8s', every: '11s', times: 3 });
    expect(flapping.schedule).to.deep.equal({ forMs: 8_000, everyMs: 11_000, times: 3 });
    expect(flapping.own).to.deep.equal({});
    expect(describeParameters(flapping.given)).to.equal('for 8s, every 11s, times 3');
  });

  const bad: [FaultKind, unknown, string][] = [
    ['lossy', { share: 2 }, 'the parameter share of lossy is 2: expected a number from 0.001 to 1: 0.02 is 2 %'],
    ['lossy', { share: '2 %' }, 'the parameter share of lossy is "2 %": expected a number'],
    ['lossy', { shares: 0.1 }, 'the fault lossy has no parameter shares (did you mean share?)'],
    ['lossy', { share: 1 }, 'the fault lossy is refused: its share 1 drops every packet: that is the fault isolate'],
    ['slow-link', { delayMs: 20, jitterMs: 50 }, 'its jitterMs 50 is more than its delayMs 20'],
    ['slow-link', {}, 'the fault slow-link needs the parameter delayMs'],
    ['slow-link', { delayMs: 0 }, 'expected whole milliseconds from 1 to 10000'],
    ['thin-link', { kilobitsPerSecond: 1 }, 'expected a whole number of kilobits per second from 8 to 1000000'],
    ['one-way', { direction: 'both' }, 'the parameter direction of one-way is "both": expected in or out'],
    ['cut', { from: [] }, 'the parameter from of cut is []: expected a host'],
    ['flap', {}, 'the fault flap needs its length'],
    ['disk-stall', { share: 0.5 }, 'the fault disk-stall has no parameter share'],
    ['disk-slow', {}, 'the fault disk-slow needs the parameter writesPerSecond'],
    ['disk-slow', { writesPerSecond: 0 }, 'expected a whole number of writes per second from 1 to 10000'],
    ['disk-full', { megabytes: 10 }, 'the fault disk-full has no parameter megabytes'],
    ['cpu-starve', {}, 'the fault cpu-starve needs the parameter share'],
    ['cpu-starve', { share: 0 }, 'the parameter share of cpu-starve is 0'],
    ['memory-pressure', { megabytes: 8 }, 'expected a whole number of megabytes from 16 to 4096'],
    ['backend-kill', { for: '3s' }, 'the fault backend-kill takes no parameters, but got for'],
    ['replay-stop', { for: '0s' }, 'the parameter for of replay-stop is "0s"'],
    ['pause-host', { direction: 'in' }, 'the fault pause-host has no parameter direction'],
    ['disturb', {}, 'the fault disturb needs the parameter'],
    ['crash', { share: 0.1 }, 'the fault crash has no parameter share'],
    ['switchover', { for: '20s' }, 'the fault switchover takes no parameters, but got for'],
    ['freeze', { for: '20' }, 'the parameter for of freeze is "20": expected a number and its unit'],
    ['freeze', { for: '0s' }, 'the parameter for of freeze is "0s"'],
    ['freeze', { every: '20s', times: 2 }, 'freeze with every or times needs for too'],
    ['freeze', { for: '8s', times: 2 }, 'freeze needs both every and times'],
    ['freeze', { for: '8s', every: '8s', times: 2 }, 'freeze lasts 8s, so every should be longer, but is 8s'],
    ['freeze', { for: '8s', every: '9s', times: 1 }, 'the parameter times of freeze is 1: expected a whole number'],
    ['freeze', 'for 20s', `the parameters of freeze should be an object such as { for: '20s' }, but are "for 20s"`],
  ];
  for (const [fault, given, message] of bad)
    it(`are refused: ${fault} ${JSON.stringify(given)}`, () =>
      expect(refused(fault, given)).to.throw(UsageError, message));
});

describe('the target of a fault', () => {
  it('must be of its kind', () => {
    const pooler = { kind: 'pooler', name: 'pooler1' } as const;
    expect(aimedAt('pooler-crash', 'pooler', pooler)).to.equal(pooler);
    expect(() => aimedAt('crash', 'instance', pooler)).to.throw(
      UsageError,
      'crash breaks an instance, but pooler1 is a pooler',
    );
    expect(() => aimedAt('crash', 'instance', undefined)).to.throw(UsageError, 'but the target is undefined');
  });
});

describe('every fault', () => {
  it('can be tried with the parameters that its contract test gives it', () => {
    for (const fault of faultKinds) {
      const { trial } = faults[fault] as (typeof faults)['lossy'] & { trial: { parameters?: unknown } };
      expect(() => parse(fault, trial.parameters), fault).to.not.throw();
    }
  });
});
