import { expect } from 'chai';
import { check, worst } from './check.ts';
import { measured, unmeasurable } from './measured.ts';
import type { MetricName } from './metrics.ts';
import { duration, sentence } from './sentence.ts';
import type { Limit, Measured } from './verdict.ts';

const ms = (metric: MetricName, value: number, minus = 0, plus = 0): Measured =>
  measured(metric, { value, lower: value - minus, upper: value + plus });
const atLeast = (metric: MetricName, value: number, note: string): Measured =>
  measured(metric, { value, lower: value, upper: null, note });

interface Told {
  readonly found: readonly Measured[];
  readonly limits?: Partial<Record<MetricName, Limit>>;
  readonly doubts?: readonly string[];
  readonly scenario?: string;
}
const say = ({ found, limits = {}, doubts = [], scenario = 'primary-crash' }: Told): string => {
  const checks = found.flatMap((one) => (limits[one.metric] ? [check(one, limits[one.metric]!)] : []));
  const outcome = worst([
    ...checks.map((one) => one.outcome),
    'pass',
    ...(doubts.length > 0 ? (['unknown'] as const) : []),
  ]);
  const rest = { format: 1, run: 'r', stack: 'lab', episodes: [], phases: [] } as const;
  return sentence({ ...rest, scenario, outcome, checks, measured: found, doubts }, 8_412);
};
const none = ms('lostWrites', 0);
const limits = { writeOutageMs: { max: 30_000 } };

describe('the sentence of a run', () => {
  it('says how long writes were down, whose share it was, and what was lost', () => {
    const found = [
      ms('writeOutageMs', 45_180, 80, 90),
      ms('directOutageMs', 22_900),
      ms('poolerPenaltyMs', 22_280),
      none,
    ];
    expect(say({ found, limits })).to.equal(
      'FAIL primary-crash: writes were down 45.2 s ± 0.1 (limit 30); PostgreSQL was back after 22.9, PgBouncer added 22.3. ' +
        'Lost: 0 of 8,412.',
    );
  });

  it('says losses first', () => {
    const found = [ms('writeOutageMs', 12_000), measured('lostWrites', { value: 3, lower: 3, upper: 3 })];
    expect(say({ found })).to.equal(
      'PASS primary-crash: 3 acknowledged writes were lost; writes were down 12.0 s ± 0.0. Lost: 3 of 8,412.',
    );
  });

  it('tells a pooler that added nothing, or was first', () => {
    const with_ = (penalty: number) =>
      say({ found: [ms('writeOutageMs', 23_000), ms('directOutageMs', 22_900), ms('poolerPenaltyMs', penalty), none] });
    expect(with_(40)).to.contain('PostgreSQL was back after 22.9, PgBouncer added nothing.');
    expect(with_(-700)).to.contain('PgBouncer was back 0.70 earlier.');
  });

  it('does not add to an outage what a pooler that was down once more was late', () => {
    const found = [ms('writeOutageMs', 152_700), ms('directOutageMs', 152_400), ms('poolerPenaltyMs', 67_300), none];
    expect(say({ found })).to.contain(
      'PostgreSQL was back after 152.4, PgBouncer was down once more and back for good 67.3 s after PostgreSQL.',
    );
  });

  it('says whether what the pooler added was a storm or a hold', () => {
    const found = [ms('writeOutageMs', 25_000), ms('directOutageMs', 3_500), ms('poolerPenaltyMs', 21_500), none];
    const storm = ms('stormMs', 4_000);
    const hold = ms('holdMs', 21_400);
    expect(say({ found: [...found, ms('stormMs', 0), hold] })).to.contain('PgBouncer added 21.5 (a hold).');
    expect(say({ found: [...found, storm, hold] })).to.contain('PgBouncer added 21.5 (a storm and a hold).');
    expect(say({ found: [...found, ms('stormMs', 0), ms('holdMs', 0)] })).to.contain('PgBouncer added 21.5.');
  });

  it('says that nothing was down', () => {
    const found = [ms('writeOutageMs', 0), none];
    expect(say({ found, limits, scenario: 'steady' })).to.equal(
      'PASS steady: writes were never down (limit 30). Lost: 0 of 8,412.',
    );
  });

  it('calls a lower bound one, and says why it cannot be a pass', () => {
    const note = 'pooler-1; a lower bound: the fault was healed before clients had recovered';
    expect(say({ found: [atLeast('writeOutageMs', 12_000, note), none], limits })).to.equal(
      'UNKNOWN primary-crash: writes were down at least 12.0 s (limit 30). Lost: 0 of 8,412. ' +
        `Not a pass, because writeOutageMs is at least 12.0 s (limit 30): ${note}.`,
    );
  });

  it('names a limit that is within the uncertainty', () => {
    expect(say({ found: [ms('writeOutageMs', 30_000, 1_000, 50), none], limits })).to.contain(
      'writes were down 30.0 s (29.0 to 30.1) (limit 30). Lost: 0 of 8,412. Not a pass, because writeOutageMs is 30.0 s',
    );
  });

  it('names every other limit that was broken', () => {
    const found = [
      ms('writeOutageMs', 5_000),
      none,
      ms('recoveryMs', 130_000, 500),
      measured('residue', { value: 2, lower: 2, upper: 2 }),
    ];
    expect(say({ found, limits: { recoveryMs: { max: 120_000 }, residue: { max: 0 } } })).to.contain(
      'recoveryMs is 130.0 s (129.5 to 130.0) (limit 120); residue is 2 (limit 0). Lost: 0',
    );
  });

  it('tells of a restore how long it took, and that it was whole only where that was seen', () => {
    const none = (metric: MetricName) => measured(metric, { value: 0, lower: 0, upper: 0 });
    const whole = [ms('restoreMs', 17_400, 600), none('pitrMissing'), none('pitrExtra')];
    expect(say({ found: [...whole, none('restoredDamage')] })).to.contain(
      'restored in 17.4 s (16.8 to 17.4) with nothing missing, nothing extra and nothing damaged',
    );
    expect(say({ found: whole })).to.match(/restored in 17\.4 s \(16\.8 to 17\.4\)[.;]/);
  });

  it('says what is not known, and the first doubt', () => {
    const found = [
      unmeasurable('writeOutageMs', 'no probes of pooler-1'),
      unmeasurable('lostWrites', 'nobody read the ledger'),
    ];
    expect(say({ found, doubts: ['the run was interrupted'] })).to.equal(
      'UNKNOWN primary-crash: how long writes were down is unknown: no probes of pooler-1. ' +
        'Lost: unknown: nobody read the ledger. Not a pass, because the run was interrupted.',
    );
  });
});

describe('a duration in words', () => {
  const words = (value: number, minus: number, plus: number) => duration(ms('writeOutageMs', value, minus, plus));
  it('rounds its uncertainty up, never down', () => {
    expect(words(45_180, 110, 20)).to.equal('45.2 s ± 0.2');
    expect(words(350, 12, 8)).to.equal('0.35 s ± 0.02');
  });
  it('gives both ends where they differ much', () => {
    expect(words(45_200, 1_000, 20)).to.equal('45.2 s (44.2 to 45.2)');
  });
});
