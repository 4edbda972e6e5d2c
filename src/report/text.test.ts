import { expect } from 'chai';
import fc from 'fast-check';
import { titleOf } from '../measure/metrics.ts';
import { check, measured } from './sample-verdict.ts';
import { amount, asPart, figure, figureText, grouped, limitText, listed, marginText } from './text.ts';

describe('the text of figures', () => {
  it('reports a measured number with its unit and its ±, and no more digits than the ± leaves', () => {
    expect(figureText(measured('writeOutageMs', 45_213, 140))).to.equal('45.2 s ± 0.2');
    expect(figureText(measured('writeOutageMs', 45_213, 14))).to.equal('45.2 s ± 0.1');
    expect(figureText(measured('onsetMs', 12.4, 3))).to.equal('12 ms ± 3');
    expect(figureText(measured('failedRequests', 7021))).to.equal('7,021');
  });

  it('never shows an uncertainty smaller than it is', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        fc.double({ min: 0.01, max: 1e5, noNaN: true }),
        (value, spread) => {
          const shown = figure(measured('writeOutageMs', value, spread));
          const inMs = shown.unit === 's' ? 1000 : 1;
          const [plus] = shown.spread.replaceAll(',', '').match(/\d+(\.\d+)?/)!;
          expect(Number(plus) * inMs).to.be.at.least(spread * 0.999999 - 1e-6);
        },
      ),
    );
  });

  it('reports both sides where they differ', () => {
    expect(figureText(measured('writeOutageMs', 2000, 0, { lower: 1900, upper: 2400 }))).to.equal('2.0 s (1.9 to 2.4)');
  });

  it('says unknown for what was not measurable, and ≥ for a lower bound', () => {
    expect(figureText(measured('readOutageMs', null))).to.equal('unknown');
    expect(figureText(measured('writeOutageMs', 45_200, 0, { upper: null }))).to.equal('≥ 45.2 s');
  });

  it('reports what was not seen as such, not as at least nothing', () => {
    expect(figureText(measured('restoredDamage', 0, 0, { upper: null }))).to.equal('none seen');
    expect(figureText(measured('exposedWrites', 0, 0, { upper: 17 }))).to.equal('0 (0 to 17)');
  });

  it('falls short of a minimum, and lies beyond a maximum', () => {
    expect(marginText(measured('writeOutageMs', 12_000), { min: 30_000 })).to.equal('short by 18 s');
    expect(marginText(measured('writeOutageMs', 48_000), { max: 30_000 })).to.equal('18 s beyond');
    expect(marginText(measured('failedRequests', 12), { min: 5, max: 10 })).to.equal('2 beyond');
    expect(marginText(measured('failedRequests', 3), { min: 5, max: 10 })).to.equal('short by 2');
  });

  it('claims no bound of a value that nothing bounds, and names an upper bound as one', () => {
    expect(figureText(measured('poolerPenaltyMs', -0.6, 0, { lower: null, upper: null }))).to.equal('unknown');
    expect(figureText(measured('poolerPenaltyMs', 200, 0, { lower: null, upper: 400 }))).to.equal('≤ 400 ms');
  });

  it('shows what the pooler added as a part of the outage: never less than nothing', () => {
    const part = (value: number, lower: number | null, upper: number | null) =>
      figureText(asPart(measured('poolerPenaltyMs', value, 0, { lower, upper })));
    expect(part(-700, -800, -600)).to.equal('0');
    expect(part(-0.6, -40, 30)).to.equal('≤ 30 ms');
    expect(part(20, -40, 80)).to.equal('20 ms (0 to 80)');
    expect(part(20, 10, 30)).to.equal('20 ms ± 10');
    expect(part(-5, null, 30)).to.equal('≤ 30 ms');
    expect(figureText(asPart(measured('lostWindowMs', -700)))).to.equal('−700 ms');
  });

  it('groups thousands and writes a true minus sign', () => {
    expect(grouped(-8412345.5, 1)).to.equal('−8,412,345.5');
    expect(grouped(-0.01, 1)).to.equal('0.0');
    expect(amount(1_400_000, 'bytes')).to.equal('1.4 MB');
  });

  it('measures the margin from the measured value, unless the limit is within the uncertainty', () => {
    expect(marginText(measured('writeOutageMs', 20_000, 1000), { max: 30_000 })).to.equal('10 s to spare');
    expect(marginText(measured('writeOutageMs', 29_500, 1000), { max: 30_000 })).to.equal('within the uncertainty');
    expect(marginText(measured('writeOutageMs', 10, 0, { upper: null }), { max: 30_000 })).to.equal('margin unknown');
    expect(marginText(measured('writeOutageMs', 31_000, 0, { upper: null }), { max: 30_000 })).to.equal(
      'at least 1 s beyond',
    );
    expect(limitText({ min: 5, max: 10 }, 'count')).to.equal('≥ 5 and ≤ 10');
  });

  it('puts what was broken first and, among equals, safety', () => {
    const outage = check(measured('writeOutageMs', 1), { max: 0 }, 'fail');
    const recovery = check(measured('recoveryMs', 1), { max: 2 }, 'pass');
    const lost = check(measured('lostWrites', 0), { max: 0 }, 'pass');
    const names = listed({ checks: [recovery, outage, lost] }).map(({ name }) => name);
    expect(names).to.deep.equal(['writeOutageMs', 'lostWrites', 'recoveryMs']);
  });

  it('spells a metric out', () => {
    expect(titleOf('writeOutageMs')).to.equal('write outage');
    expect(titleOf('clientGapP95Ms')).to.equal('longest wait of a client (95th percentile)');
  });
});
