import { expect } from 'chai';
import { predict, predictDrill } from './predict.ts';

const settings = {
  'patroni.ttl': '20 s',
  'patroni.loop_wait': '5 s',
  'haproxy.haproxy_inter': '1000 ms',
  'haproxy.haproxy_rise': '1',
  'pgbouncer.server_login_retry': '1 s',
};

describe('predict', () => {
  it('sums the phases', () => {
    const { lowMs, highMs, phases } = predict('crash', settings)!;
    expect([lowMs, highMs]).to.deep.equal([15_050, 25_500]);
    expect(phases.map(({ phase }) => phase)).to.deep.equal(['detect', 'elect', 'promote', 'route', 'reconnect']);
  });

  it('moves with the timers that it names', () => {
    const high = (change: object) => predict('crash', { ...settings, ...change })!.highMs;
    expect(high({ 'patroni.ttl': '30 s' })).to.equal(35_500);
    expect(high({ 'pgbouncer.server_login_retry': '15 s' })).to.equal(39_500);
  });

  it('makes no prediction for what it does not model', () => {
    expect(predict('freeze', settings)).to.equal(undefined);
    expect(predict('crash', { 'cnpg.failoverDelay': '0 s' })).to.equal(undefined);
  });

  it('is of the first fault of a drill, where that hits the primary', () => {
    expect(predictDrill({ needs: ['backup', 'crash'], aimedAt: 'primary' }, settings)).to.deep.equal(
      predict('crash', settings),
    );
    expect(predictDrill({ needs: ['crash'], aimedAt: 'standby' }, settings)).to.equal(undefined);
    expect(predictDrill({ needs: [], aimedAt: 'primary' }, settings)).to.equal(undefined);
  });

  it('of a fault that ends before the primary is given up is the length of the fault and the way back', () => {
    const drill = { needs: ['pause-host'], aimedAt: 'primary' } as const;
    const short = predictDrill(drill, settings, 8_000)!;
    expect(short.phases.map(({ phase }) => phase)).to.deep.equal(['restart', 'route', 'reconnect']);
    expect([short.lowMs, short.highMs]).to.deep.equal([8_000, 8_000 + 2_000]);
    const either = predictDrill(drill, settings, 18_000)!;
    expect([either.lowMs, either.phases.length]).to.deep.equal([15_050, 5]);
    expect(predictDrill(drill, settings, 40_000)).to.deep.equal(predict('pause-host', settings));
  });
});
