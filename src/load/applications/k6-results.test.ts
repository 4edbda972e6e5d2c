import { expect } from 'chai';
import { k6Drafts } from './k6-results.ts';

const point = (time: string, value: number, tags: Record<string, string>): string =>
  JSON.stringify({ metric: 'http_req_duration', type: 'Point', data: { time, value, tags } });
const wallUs = Date.UTC(2026, 0, 1) * 1000;
const clock = { offsetUs: -wallUs, stoppedUs: 60e6 };

describe('what k6 saw', () => {
  it('is put on the run’s clock, in the order in which requests began', () => {
    const text = [
      JSON.stringify({ metric: 'http_req_duration', type: 'Metric', data: {} }),
      point('2026-01-01T00:00:07.5Z', 2500.25, { status: '200', name: 'archives' }),
      point('2026-01-01T00:00:06.000123456Z', 12, { status: '503', name: 'workers' }),
      point('2026-01-01T00:00:09Z', 60, { status: '0', name: 'archives', error: 'request timeout' }),
      JSON.stringify({ metric: 'vus', type: 'Point', data: { time: '2026-01-01T00:00:09Z', value: 3 } }),
    ].join('\n');
    expect(k6Drafts(text, clock)).to.deep.equal([
      {
        ...{ kind: 'request', tUs: 60e6, source: 'k6', n: 3, baseUs: 4_999_750 },
        ...{ name: [0, 1, 0], names: ['archives', 'workers'], status: [200, 503, 0] },
        ...{ start: [0, 988_373, 3_940_250], took: [2_500_250, 12_000, 60_000] },
        ...{ error: [-1, -1, 0], errors: ['request timeout'] },
      },
    ]);
  });

  it('is without what was cut off at the end, be it a request or a line', () => {
    const cutOff = point('2026-01-01T00:01:00.5Z', 900, { status: '0', error: 'context canceled' });
    const whole = point('2026-01-01T00:00:01Z', 5, { status: '200', name: 'archives' });
    const [draft, ...more] = k6Drafts(`${whole}\n${cutOff}\n${whole.slice(0, 90)}`, clock);
    expect([draft?.n, more.length]).to.deep.equal([1, 0]);
    expect(k6Drafts('', clock)).to.deep.equal([]);
  });
});
