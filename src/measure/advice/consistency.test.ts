/** Explanations and advice of the stored runs agree with the figures beside them. */
import { expect } from 'chai';
import { type Said, storedSaid } from '../../cli/stored-said.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { inForceMs } from '../failover/fault-words.ts';
import type { Cause } from '../verdict.ts';
import { brokenTime } from './of-broken-limit.ts';
import { failedBeside } from './outage-limits.ts';
import type { Changes } from './proposals.ts';

/** What rounding to a tenth of a second adds to each figure of a sentence. */
const roundedS = 0.051;

/** Whether the parts that a sentence names are together no longer than the outage that it names; undefined: it names none. */
function partsWithin(sentence: string): boolean | undefined {
  const [, most, whole] = /([\d.]+) s of (?:the|at least) ([\d.]+) s/.exec(sentence) ?? [];
  const [, all] = /[Aa]ll of (?:it|the outage until then), (?:at least )?([\d.]+) s/.exec(sentence) ?? [];
  const outage = whole ?? all;
  if (outage === undefined) return undefined;
  const others = [...sentence.matchAll(/([\d.]+) s more passed/g)].map(([, seconds]) => Number(seconds));
  const parts = [Number(most ?? all), ...others];
  return parts.reduce((sum, one) => sum + one, 0) <= Number(outage) + roundedS * (parts.length + 1);
}

/** Whether advice on an outage begins with its largest part, or says why not. */
function aimsAtLargest(
  cause: Pick<Cause, 'imposedBy' | 'phase'>,
  { proposals: [first], otherwise = '' }: Changes,
): boolean {
  if (!first) return otherwise !== '';
  const isAbout =
    cause.imposedBy.includes(`${first.name} = `) ||
    (cause.phase === 'standby' && ['dataDurability', 'synchronous_mode_strict'].includes(first.name));
  return isAbout || /No setting here shortens the largest part|No setting meets the limit/.test(otherwise);
}

describe('explanations and advice of the stored runs', () => {
  let all: ReadonlyMap<string, Said> = new Map();
  before(async function () {
    this.timeout(60_000);
    all = await storedSaid();
  });

  it('name parts of an outage that are together no longer than it', () => {
    let found = 0;
    for (const [name, { verdict }] of all) {
      const within = verdict.cause && partsWithin(verdict.cause.sentence);
      if (within !== undefined) found++;
      expect(within, name).not.to.equal(false);
    }
    expect(found).to.be.at.least(60);
  });

  it('leave less than a third of an outage that only the drill ended without a word', () => {
    for (const [name, { verdict }] of all) {
      const { cause } = verdict;
      if (!cause || cause.held || cause.endedByDrillMs === undefined) continue;
      const others = [...cause.sentence.matchAll(/([\d.]+) s more passed/g)].map(([, seconds]) => Number(seconds));
      const named = cause.ms / 1000 + others.reduce((sum, one) => sum + one, 0);
      expect(named, name).to.be.at.least((2 / 3) * (cause.ofMs / 1000));
    }
  });

  it('aim at the largest part of an outage whose limit broke, or say why not', () => {
    for (const [name, { verdict, changes }] of all) {
      const { cause, checks } = verdict;
      if (!cause || verdict.outcome !== 'fail' || failedBeside(checks)) continue;
      expect(aimsAtLargest(cause, changes), `${name}: ${cause.imposedBy}`).to.equal(true);
    }
  });

  it('save time of the measure whose limit broke, and no more than it has', () => {
    for (const [name, { verdict, changes }] of all) {
      const broken = brokenTime(verdict.checks);
      if (broken?.value == null) continue;
      const direct = verdict.episodes.filter(({ stream }) => stream === 'direct');
      const serverMs = direct.reduce((sum, { lastedUs }) => sum + lastedUs / 1000, 0);
      for (const { program, savesMs } of changes.proposals) {
        const ofServer = broken.metric === 'writeDowntimeMs' && program === 'pgbouncer' ? serverMs : 0;
        expect(savesMs.high, name).to.be.at.most(broken.value - ofServer);
        expect(savesMs.low, name).to.be.at.most(savesMs.high);
        if (['directOutageMs', 'silenceMs'].includes(broken.metric)) expect(program, name).not.to.equal('pgbouncer');
      }
    }
  });

  it('raise a limit above what its own measure showed and how long the fault lasted, and above no other', () => {
    let found = 0;
    for (const [name, { run, verdict, change }] of all) {
      const [, seconds] = /To ride such a fault out, raise the limit \w+ above ([\d.]+) s/i.exec(change) ?? [];
      if (seconds === undefined) continue;
      found++;
      const broken = brokenTime(verdict.checks)!;
      const lasted = faultWindows(run).map((fault) => inForceMs(fault) ?? 0);
      const expected = Math.max(broken.upper ?? broken.value!, ...lasted) / 1000;
      expect(Number(seconds), name)
        .to.be.at.least(expected - 1e-6)
        .and.below(expected + 2 * roundedS);
    }
    expect(found).to.be.at.least(2);
  });

  it('change a lease only together with what must stay below it', () => {
    for (const [name, { change }] of all)
      if (change.includes('lease_duration from'))
        expect(change, name).to.contain('together with lease_renew_deadline = 5 s and lease_retry_period = 1 s');
  });

  it('are found wrong where they are', () => {
    expect(partsWithin('30.0 s of the 40.0 s passed so. 20.0 s more passed otherwise.')).to.equal(false);
    expect(partsWithin('30.0 s of the 40.0 s passed so. 10.0 s more passed otherwise.')).to.equal(true);
    expect(partsWithin('All of it, 8.0 s, passed so. 2.0 s more passed otherwise.')).to.equal(false);
    const lease = { name: 'lease_duration' } as Changes['proposals'][number];
    const cause = { imposedBy: 'synchronous replication', phase: 'standby' } as const;
    expect(aimsAtLargest(cause, { proposals: [lease] })).to.equal(false);
    expect(
      aimsAtLargest(cause, { proposals: [lease], otherwise: 'No setting here shortens the largest part.' }),
    ).to.equal(true);
  });
});
