import { expect } from 'chai';
import { againstBaseline } from '../../measure/compare/baseline.ts';
import { gate } from '../../measure/gate.ts';
import { check, measured, sampleVerdict } from '../sample-verdict.ts';
import { type GateEntry, gateReport, gateSentence } from './gate.ts';
import { renderGateJunit } from './junit.ts';
import { renderGateMarkdown } from './markdown.ts';

const facts = { scenario: 'primary-crash', stack: 'lab', startedAt: '2026-01-01T00:00:00Z', seconds: 180 };
const within = sampleVerdict({
  outcome: 'pass',
  checks: sampleVerdict().checks.map((one) => ({ ...one, limit: { max: 60_000_000 }, outcome: 'pass' })),
});
const ran = (verdict = within): GateEntry => ({
  ...facts,
  gated: gate('primary-crash', [verdict, verdict, verdict], 3),
});
const skipped: GateEntry = { ...facts, scenario: 'node-isolated', seconds: 0, skipped: 'no fault isolate' };
const outage = (value: number) => ({
  fingerprint: {},
  measured: { writeOutageMs: { value, lower: value, upper: value } },
});
const slower: GateEntry = {
  ...ran(),
  against: againstBaseline([1000, 1010, 1020, 1030, 1040].map(outage), [2000, 2010, 2020].map(outage), [
    'writeOutageMs',
  ]),
};

describe('the reports of the gate', () => {
  it('pass where all that ran passed, and say what was skipped', () => {
    const report = gateReport([ran(), skipped]);
    expect(report.outcome).to.equal('pass');
    expect(gateSentence(report)).to.equal('PASS gate: passed: primary-crash; skipped: node-isolated.');
    expect(renderGateJunit(report)).to.contain('skipped="1"').and.to.contain('<skipped message="no fault isolate"/>');
    expect(renderGateMarkdown(report)).to.contain('node-isolated on lab was skipped');
  });

  it('are unknown where everything was skipped', () => {
    expect(gateReport([skipped]).outcome).to.equal('unknown');
    expect(gateReport([]).outcome).to.equal('unknown');
  });

  it('turn red for a broken limit, with every run’s value', () => {
    const report = gateReport([ran(sampleVerdict())]);
    expect(report.outcome).to.equal('fail');
    expect(renderGateJunit(report)).to.contain('failures="1"').and.to.contain('writeOutageMs is 45.2 s');
    expect(renderGateMarkdown(report)).to.contain('45.2 s, 45.2 s, 45.2 s');
  });

  it('round the median as they round each run', () => {
    const verdict = sampleVerdict({
      checks: [check(measured('writeOutageMs', 43_050.3, 300), { max: 60_000 }, 'pass')],
    });
    const text = renderGateMarkdown(gateReport([ran(verdict)]));
    expect(text).to.contain('43.1 s ± 0.3').and.to.contain('43.1 s, 43.1 s, 43.1 s');
  });

  it('turn red for a regression against the baseline although every limit was kept, and report the power', () => {
    const report = gateReport([slower]);
    expect(report.outcome).to.equal('fail');
    expect(renderGateJunit(report)).to.contain('<failure type="regression"');
    expect(renderGateMarkdown(report))
      .to.contain('**regression** `writeOutageMs`')
      .and.to.contain('find a growth by half');
  });

  it('escape what a journal holds', () => {
    const hostile = sampleVerdict({ sentence: '<img src=x> | [x](y)' });
    const report = gateReport([ran(hostile)]);
    expect(renderGateMarkdown(report)).not.to.contain('<img');
    expect(renderGateJunit(report)).not.to.contain('<img');
  });
});
