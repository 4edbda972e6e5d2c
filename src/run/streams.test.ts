import { expect } from 'chai';
import { standardStreams } from './streams.ts';

const endpoint = (name: string) => ({ name, host: 'h', port: 1, database: 'd', user: 'u', password: 'p' });
const endpoints = ['direct', 'readonly', 'pooler-1'].map(endpoint);
const streams = (probeEveryMs?: number) =>
  standardStreams(endpoints, probeEveryMs).map(({ name, path, fresh, stepUs }) => [name, path, fresh, stepUs]);

describe('the standard streams', () => {
  it('probe each path every 10 ms, and reconnect through each pooler five times a second', () => {
    expect(streams()).to.deep.equal([
      ['direct', 'direct', false, 10_000],
      ['readonly', 'readonly', false, 10_000],
      ['pooler-1', 'pooler', false, 10_000],
      ['pooler-1-fresh', 'pooler', true, 200_000],
    ]);
  });

  it('probe less often where the stack says so', () => {
    expect(streams(50).map(([, , , stepUs]) => stepUs)).to.deep.equal([50_000, 50_000, 50_000, 200_000]);
  });
});
