import { expect } from 'chai';
import { check, worst } from './check.ts';
import { measured, unmeasurable } from './measured.ts';
import type { MetricName } from './metrics.ts';
import { duration, sentence } from './sentence.ts';
import type { Cause, Limit, Measured } from './verdict.ts';

const ms = (metric: MetricName, value: number, minus = 0, plus = 0): Measured =>
  measured(metric, { value, lower: value - minus, upper: value + plus });
const atLeast = (metric: MetricName, value: number, note: string): Measured =>
  measured(metric, { value, lower: value, upper: null, note });

interface Given {
  readonly found: readonly Measured[];
  readonly limits?: Partial<Record<MetricName, Limit>>;
  readonly doubts?: readonly string[];
  readonly scenario?: string;
  readonly cause?: Cause;
}
const say = ({ found, limits = {}, doubts = [], scenario = 'primary-crash', cause }: Given): string => {
  const checks = found.flatMap((one) => (limits[one.metric] ? [check(one, limits[one.metric]!)] : []));
  const outcome = worst([
    ...checks.map((one) => one.outcome),
    'pass',
    ...(doubts.length > 0 ? (['unknown'] as const) : []),
  ]);
  const rest = { format: 1, run: 'r', stack: 'lab', episodes: [], phases: [] } as const;
  return sentence({ ...rest, scenario, outcome, checks, measured: found, doubts, ...(cause && { cause }) }, 8_412);
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
      'FAIL primary-crash: writes were down 45.2 s ± 0.1 (limit 30 s); PostgreSQL itself was back after 22.9 s, ' +
        'PgBouncer added 22.3 s. No acknowledged write was lost (8,412 checked).',
    );
  });

  it('says losses first', () => {
    const found = [ms('writeOutageMs', 12_000), measured('lostWrites', { value: 3, lower: 3, upper: 3 })];
    expect(say({ found })).to.equal(
      'PASS primary-crash: 3 of 8,412 acknowledged writes were lost; writes were down 12.0 s.',
    );
  });

  it('says that a pooler added nothing, or was first', () => {
    const with_ = (penalty: number) =>
      say({ found: [ms('writeOutageMs', 23_000), ms('directOutageMs', 22_900), ms('poolerPenaltyMs', penalty), none] });
    expect(with_(40)).to.contain('PostgreSQL itself was back after 22.9 s, PgBouncer added nothing.');
    expect(with_(-700)).to.contain('PgBouncer was back 0.70 s earlier.');
  });

  it('does not add to an outage what a pooler that was down once more was late', () => {
    const found = [ms('writeOutageMs', 152_700), ms('directOutageMs', 152_400), ms('poolerPenaltyMs', 67_300), none];
    expect(say({ found })).to.contain('PostgreSQL itself was back after 152.4 s, PgBouncer added 0.30 s.');
  });

  it('says why the pooler was late: a storm, a hold, refused log-ins', () => {
    const found = [ms('writeOutageMs', 25_000), ms('directOutageMs', 3_500), ms('poolerPenaltyMs', 21_500), none];
    const storm = ms('stormMs', 4_000);
    const hold = ms('holdMs', 21_400);
    expect(say({ found: [...found, ms('stormMs', 0), hold] })).to.contain(
      'PgBouncer added 21.5 s (it opened no connection for a while).',
    );
    expect(say({ found: [...found, storm, hold] })).to.contain(
      'PgBouncer added 21.5 s (a storm of new connections; it opened no connection for a while).',
    );
    expect(say({ found: [...found, ms('stormMs', 0), ms('holdMs', 0)] })).to.contain('PgBouncer added 21.5 s.');
  });

  it('calls refused log-ins refused log-ins, not a storm', () => {
    const found = [ms('writeOutageMs', 25_000), ms('directOutageMs', 3_500), ms('poolerPenaltyMs', 21_500), none];
    const refused = measured('rejectedConnections', { value: 42, lower: 42, upper: 42 });
    expect(say({ found: [...found, ms('stormMs', 0), refused] })).to.contain(
      'PgBouncer added 21.5 s; PostgreSQL refused 42 log-ins.',
    );
  });

  it('puts two primaries, unsafe promotions and writes on one instance in front, whatever the limits say', () => {
    const one = (metric: MetricName, value: number) => measured(metric, { value, lower: value, upper: value });
    const found = [
      ms('writeOutageMs', 5_000),
      none,
      ms('splitBrainMs', 3_200),
      one('forbiddenPromotions', 1),
      one('exposedWrites', 12),
    ];
    expect(say({ found })).to.equal(
      'PASS primary-crash: two primaries acknowledged writes at once for 3.2 s; 1 standby was promoted that may have ' +
        'lacked acknowledged writes; 12 writes were acknowledged while no standby had them; writes were down 5.0 s. ' +
        'No acknowledged write was lost (8,412 checked).',
    );
    const harmless = [
      ms('writeOutageMs', 5_000),
      none,
      ms('splitBrainMs', 0),
      one('forbiddenPromotions', 0),
      one('exposedWrites', 0),
    ];
    expect(say({ found: harmless })).to.contain('PASS primary-crash: writes were down');
  });

  it('says that writes never recovered on their own, and when the drill ended it', () => {
    const found = [atLeast('writeOutageMs', 284_800, 'a lower bound'), none];
    const cause = {
      phase: 'lease',
      ms: 178_700,
      ofMs: 242_300,
      imposedBy: 'x',
      endedByDrillMs: 242_300,
      sentence: '',
      evidence: [],
    } as const;
    expect(say({ found, limits, cause })).to.contain(
      'writes never recovered on their own (limit 30 s); the drill ended its fault after 242.3 s, and they were back 42.5 s later.',
    );
  });

  it('says that nothing was down', () => {
    const found = [ms('writeOutageMs', 0), none];
    expect(say({ found, limits, scenario: 'steady' })).to.equal(
      'PASS steady: writes were never down (limit 30 s). No acknowledged write was lost (8,412 checked).',
    );
  });

  it('calls a lower bound one, and says why it cannot be a pass', () => {
    const note = 'pooler-1; a lower bound: the fault was healed before clients had recovered';
    expect(say({ found: [atLeast('writeOutageMs', 12_000, note), none], limits })).to.equal(
      'UNKNOWN primary-crash: writes were down at least 12.0 s (limit 30 s). No acknowledged write was lost (8,412 checked). ' +
        `Not a pass, because write outage is at least 12.0 s (limit 30 s): ${note}.`,
    );
  });

  it('names a limit that is within the uncertainty', () => {
    expect(say({ found: [ms('writeOutageMs', 30_000, 1_000, 50), none], limits })).to.contain(
      'writes were down 30.0 s (29.0 to 30.1; limit 30 s). No acknowledged write was lost (8,412 checked). Not a pass, because write outage is 30.0 s',
    );
  });

  it('names every other limit that was broken, before an outage within its own', () => {
    const found = [
      ms('writeOutageMs', 5_000),
      none,
      ms('recoveryMs', 130_000, 500),
      measured('residue', { value: 2, lower: 2, upper: 2 }),
    ];
    const others = { recoveryMs: { max: 120_000 }, residue: { max: 0 } };
    const broken = 'full recovery: 130.0 s (129.5 to 130.0; limit 120 s); left behind: 2 (limit 0)';
    for (const within of [others, { ...others, ...limits }])
      expect(say({ found, limits: within })).to.match(
        /^FAIL primary-crash: full recovery: .*; writes were down 5\.0 s/,
      );
    expect(say({ found, limits: others })).to.contain(`${broken}; writes were down 5.0 s. No acknowledged`);
    const beyond = say({ found, limits: { ...others, writeOutageMs: { max: 4_000 } } });
    expect(beyond).to.contain(`FAIL primary-crash: writes were down 5.0 s (limit 4 s); ${broken}. No acknowledged`);
  });

  it('says of a restore how long it took, and that it was whole only where that was seen', () => {
    const none = (metric: MetricName) => measured(metric, { value: 0, lower: 0, upper: 0 });
    const whole = [ms('restoreMs', 17_400, 600), none('pitrMissing'), none('pitrExtra')];
    expect(say({ found: [...whole, none('restoredDamage')] })).to.contain(
      'restored into a separate instance in 17.4 s (16.8 to 17.4) with nothing missing, nothing extra and nothing damaged',
    );
    expect(say({ found: whole })).to.match(/restored into a separate instance in 17\.4 s \(16\.8 to 17\.4\)[.;]/);
  });

  it('says what is not known, and the first doubt', () => {
    const found = [
      unmeasurable('writeOutageMs', 'no probes of pooler-1'),
      unmeasurable('lostWrites', 'nobody read the ledger'),
    ];
    expect(say({ found, doubts: ['the run was interrupted'] })).to.equal(
      'UNKNOWN primary-crash: how long writes were down is unknown: no probes of pooler-1. ' +
        'Whether acknowledged writes were lost is unknown: nobody read the ledger. Not a pass, because the run was interrupted.',
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
