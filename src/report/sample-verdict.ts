/** The verdict that belongs to `sampleRun()`. */
import { type MetricName, metrics } from '../measure/metrics.ts';
import type { Check, Limit, Measured, Result, Verdict } from '../measure/verdict.ts';
import { backAt, crashAt } from './sample-run.ts';

/** A measured value with a symmetric uncertainty. */
export const measured = (
  metric: MetricName,
  value: number | null,
  spread = 0,
  more: Partial<Measured> = {},
): Measured => ({
  metric,
  unit: metrics[metric].unit,
  value,
  lower: value === null ? null : value - spread,
  upper: value === null ? null : value + spread,
  evidence: [0, 1],
  ...more,
});
export const check = (of: Measured, limit: Limit, outcome: Result): Check => ({ ...of, limit, outcome });

const outage = measured('writeOutageMs', 45_200, 14);
const losses = measured('undeclaredLosses', 0, 0, { note: 'none lost in 1 failover: at most 95 % of failovers lose' });
const recovery = measured('recoveryMs', 57_100, 300);

/** The verdict; parts of it can be replaced. */
export const sampleVerdict = (changes: Partial<Verdict> = {}): Verdict => ({
  format: 1,
  run: '20260101-000000-primary-crash',
  scenario: 'primary-crash',
  stack: 'lab',
  outcome: 'fail',
  sentence:
    'FAIL primary-crash: writes were down 45.2 s ± 0.1 (limit 30 s); PostgreSQL itself was back after 22.9 s, PgBouncer added 22.3 s. No acknowledged write was lost (8,412 checked).',
  checks: [
    check(losses, { max: 0 }, 'pass'),
    check(outage, { max: 30_000 }, 'fail'),
    check(recovery, { max: 120_000 }, 'pass'),
  ],
  measured: [
    outage,
    measured('directOutageMs', 22_900, 14),
    measured('poolerPenaltyMs', 22_300, 25, { note: 'the first pooler: 7.3 s' }),
    measured('failedRequests', 7021),
    measured('readOutageMs', null, 0, { note: 'not measurable: no read-only stream' }),
    measured('lostWrites', 0),
    losses,
    recovery,
    measured('residue', 0),
  ],
  episodes: (['direct', 'pooler-1', 'pooler-2'] as const).map((stream) => ({
    stream,
    startUs: crashAt * 1e6,
    endUs: backAt[stream] * 1e6,
    lastedUs: (backAt[stream] - crashAt) * 1e6,
    minusUs: 10_000,
    plusUs: 14_000,
    badSlots: Math.round((backAt[stream] - crashAt) * 100),
    evidence: [1],
    errors: [{ text: '08P01 server login has been failing (server_login_retry)', n: 2000 }],
  })),
  phases: [
    { phase: 'detect', startUs: crashAt * 1e6, endUs: 38.2e6, observer: 'platform', evidence: [1] },
    { phase: 'elect', startUs: 38.2e6, endUs: 39.9e6, observer: 'platform', evidence: [1] },
    { phase: 'promote', startUs: 39.9e6, endUs: 41.6e6, observer: 'sql', evidence: [1] },
    { phase: 'route', startUs: 41.6e6, endUs: 42.8e6, observer: 'route', evidence: [1] },
    {
      phase: 'reconnect',
      startUs: 42.8e6,
      endUs: 50.2e6,
      observer: 'poollog',
      evidence: [1],
    },
    { phase: 'residual', startUs: 50.2e6, endUs: 65.2e6, observer: 'probe', evidence: [1] },
  ],
  doubts: [],
  ...changes,
});
