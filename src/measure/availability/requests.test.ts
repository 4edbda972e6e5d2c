import { expect } from 'chai';
import { synthetic } from '../../journal/synthetic.ts';
import { k6RequestsFailed, requestsFailed, requestsFailedWithRetry } from './requests.ts';

const refused = { from: 20, to: 21, how: 'reset', error: '503 08P01 server_login_retry' } as const;
const api = { path: 'api', stepUs: 100_000 } as const;

describe('requests to the HTTP service', () => {
  it('are counted as failed with their cause, those of a service that tries again apart', async () => {
    const run = await synthetic()
      .stream('api', { ...api, down: refused })
      .stream('workers', { ...api, down: { ...refused, to: 20.5 } })
      .stream('api-retry', { ...api, retries: true, down: { ...refused, to: 20.2 } })
      .run();
    expect(requestsFailed(run)).to.include({
      value: 15,
      note: '15 × 503 08P01 server_login_retry; 1,200 requests in all',
    });
    expect(requestsFailedWithRetry(run)).to.include({
      value: 2,
      note: '2 × 503 08P01 server_login_retry; 600 requests in all',
    });
    expect(requestsFailed(run).evidence).to.have.length(3);
  });

  it('are none where all were answered, and unknown where there was no service', async () => {
    const run = await synthetic().stream('api', api).run();
    expect(requestsFailed(run)).to.include({ value: 0, note: '600 requests in all' });
    expect(requestsFailedWithRetry(run).value).to.equal(null);
  });
});

describe('requests of a k6 script', () => {
  const line = (status: number[], error: number[]) => ({
    ...{ source: 'k6', n: status.length, baseUs: 0, name: status.map(() => 0), names: ['archives'], status, error },
    ...{ start: status.map((_, row) => row), took: status.map((_, row) => (row + 1) * 1e6), errors: ['timed out'] },
  });
  it('are counted as failed with their status or error, beside how long all of them took', async () => {
    const run = await synthetic()
      .line('request', 60, line([200, 503, 0, 200], [-1, -1, 0, -1]))
      .run();
    expect(k6RequestsFailed(run)).to.include({
      value: 2,
      note: '1 × status 503, 1 × timed out; 4 requests in all, half within 2.0 s, 95 % within 4.0 s, the longest 4.0 s',
    });
    expect(k6RequestsFailed(run).evidence).to.have.length(2);
  });

  it('are unknown where no script ran', async () => {
    expect(k6RequestsFailed(await synthetic().run()).value).to.equal(null);
  });
});
