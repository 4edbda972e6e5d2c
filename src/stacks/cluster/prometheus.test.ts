import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { SetupError } from '../../errors.ts';
import type { Seen } from '../stack.ts';
import { AlertWatch } from './prometheus.ts';

describe('the alerts of a Prometheus', () => {
  let server: Server;
  let url: string;
  let firing: string[];
  let asked: string[];
  before((done) => {
    server = createServer((request, response) => {
      asked.push(decodeURIComponent(request.url!));
      const result = firing.map((alertname) => ({ metric: { alertname }, value: [0, '1'] }));
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
    }).listen(0, '127.0.0.1', () => {
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      done();
    });
  });
  after(() => server.close());
  beforeEach(() => {
    [firing, asked] = [[], []];
  });

  /** Looks as often as there are lists of alerts, with a fault after the first look. */
  async function watched(looks: readonly string[][], expected: readonly string[]) {
    const seen: Seen[] = [];
    const watch = new AlertWatch(url, expected);
    for (const [i, names] of looks.entries()) {
      firing = names;
      // Each beginning looks once, at once.
      await (await watch.watch((what) => void seen.push(what)))[Symbol.asyncDispose]();
      await sleep(5);
      if (i === 0) watch.broken(process.hrtime.bigint());
    }
    const states = seen.flatMap((what) => (what.kind === 'alert' ? [`${what.name} ${what.state}`] : []));
    return { states, last: seen.at(-1), remarks: watch.remarks().map(({ name, text }) => `${name}: ${text}`) };
  }

  it('are reported once when they begin and when they end', async () => {
    const { states } = await watched([[], ['PrimaryDown'], ['PrimaryDown', 'Lag'], ['Lag']], []);
    expect(states).to.deep.equal(['PrimaryDown firing', 'Lag firing', 'PrimaryDown resolved']);
    expect(asked[0]).to.include('ALERTS{alertstate="firing"}');
  });

  it('are judged: which fired after how long, and which should have and did not', async () => {
    const { remarks, last } = await watched([['Old'], ['Old', 'PrimaryDown']], ['PrimaryDown', 'PoolerHold']);
    expect(remarks[0]).to.equal('alert Old: fired before the fault, and still does');
    expect(remarks[1]).to.match(/^alert PrimaryDown: fired 0 s after the fault \(± 5 s\), and still does$/);
    expect(remarks[2]).to.match(/^alert PoolerHold: should have fired, and did not in \d+ looks$/);
    expect(last).to.deep.equal({ kind: 'alertwatch', expected: ['PrimaryDown', 'PoolerHold'], looks: 2, missed: 0 });
  });

  it('that fired before the fault only are not taken for its alarm', async () => {
    const { remarks } = await watched([['PrimaryDown'], ['PrimaryDown']], ['PrimaryDown']);
    expect(remarks.at(-1)).to.include('should have fired, and did not');
  });

  it('of a Prometheus that does not answer are an error before anything is broken', async () => {
    const error = await new AlertWatch('http://127.0.0.1:1', []).watch(() => {}).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(SetupError).with.property('message').that.includes('does not answer');
  });
});
