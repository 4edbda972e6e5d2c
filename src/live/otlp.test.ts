/** A receiver that decodes what OpenTelemetry’s library sends; and one that is down, and one that never answers. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import { sampleJournal } from '../report/sample-run.ts';
import { parseOtlp, sendOtlp } from './otlp.ts';
import { LiveFold } from './state.ts';

interface Point {
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[];
  readonly asDouble?: number;
  readonly asInt?: number | string;
}
interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly gauge?: { readonly dataPoints: readonly Point[] };
  readonly sum?: { readonly dataPoints: readonly Point[]; readonly isMonotonic: boolean };
}

describe('metrics by OTLP', () => {
  let server: Server;
  let url: string;
  let hang: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: the message of the protocol
  let heard: any[];
  let paths: string[];
  before((done) => {
    server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      paths.push(`${request.method} ${request.url} ${request.headers['content-type']}`);
      heard.push(JSON.parse(text));
      if (!hang) response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    }).listen(0, '127.0.0.1', () => {
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      done();
    });
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    [heard, paths, hang] = [[], [], false];
  });

  const events = sampleJournal().events();
  const folded = (toS: number): LiveFold => {
    const fold = new LiveFold();
    for (const event of events.filter(({ tUs }) => tUs <= toS * 1e6)) fold.hear(event);
    return fold;
  };
  const points = (name: string): Record<string, number> => {
    const metrics: Metric[] = heard
      .at(-1)
      .resourceMetrics[0].scopeMetrics.flatMap(({ metrics }: { metrics: Metric[] }) => metrics);
    const metric = metrics.find((one) => one.name === name);
    const all = metric?.gauge?.dataPoints ?? metric?.sum?.dataPoints ?? [];
    return Object.fromEntries(
      all.map(({ attributes, asDouble, asInt }) => {
        const own = attributes.filter(({ key }) => !['run', 'scenario', 'stack', 'path'].includes(key));
        return [own.map(({ value }) => value.stringValue).join(' '), Number(asDouble ?? asInt)];
      }),
    );
  };

  it('reach a collector at its usual path: up, latency, phase, verdict, with the names of the run', async () => {
    const fold = folded(40);
    fold.judged('fail');
    expect(await sendOtlp(parseOtlp(url), () => fold.snapshot(), '1.2.3').end()).to.equal(undefined);
    expect(paths[0]).to.match(/^POST \/v1\/metrics application\/json/);
    expect(points('pgdrill_live_up')).to.deep.include({ direct: 0, 'pooler-1': 0 });
    expect(points('pgdrill_live_phase')).to.deep.include({ fault: 1, steady: 0 });
    expect(points('pgdrill_live_outcome')).to.deep.equal({ '': 1 });
    expect(points('pgdrill_live_response_seconds')['direct 0.99']).to.be.within(0.0001, 1);
    expect(points('pgdrill_live_requests')['direct failed']).to.be.greaterThan(100);
    const [{ resource }] = heard[0].resourceMetrics;
    expect(JSON.stringify(resource)).to.include('pgdrill').and.include('1.2.3');
  });

  it('go out while the drill runs, and say nothing before it begins', async () => {
    const fold = new LiveFold();
    const sending = sendOtlp(parseOtlp(url), () => fold.snapshot(), '1', 50);
    const until = async (enough: () => boolean) => {
      for (let i = 0; i < 100 && !enough(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
    };
    for (const event of events.filter(({ tUs }) => tUs <= 10e6)) fold.hear(event);
    await until(() => heard.length > 0 && points('pgdrill_live_up').direct === 1);
    expect(points('pgdrill_live_up').direct).to.equal(1);
    for (const event of events.filter(({ tUs }) => tUs > 10e6 && tUs <= 30e6)) fold.hear(event);
    await until(() => points('pgdrill_live_up').direct === 0);
    expect(points('pgdrill_live_up').direct).to.equal(0);
    expect(await sending.end()).to.equal(undefined);
  });

  it('that a collector does not take are reported at the end, within seconds', async function slow() {
    this.timeout(20_000);
    const down = sendOtlp(parseOtlp('http://127.0.0.1:1'), () => folded(40).snapshot(), '1');
    expect(await down.end()).to.match(/^the collector at http:\/\/127\.0\.0\.1:1 did not take all metrics: /);
    hang = true;
    const hung = sendOtlp(parseOtlp(url), () => folded(40).snapshot(), '1');
    const before = performance.now();
    expect(await hung.end()).to.match(/did not take all metrics/);
    expect(performance.now() - before).to.be.lessThan(8_000);
  });

  it('need an address', () => {
    expect(parseOtlp('https://otel:4318/own/path').pathname).to.equal('/own/path');
    for (const wrong of ['otel:4318', 'grpc://otel:4317', ''])
      expect(() => parseOtlp(wrong), wrong).to.throw(UsageError, /--otlp expects the address of a collector/);
  });
});
