import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import { Bucket } from '../object-store/bucket.ts';
import { sampleVerdict } from '../report/sample-verdict.ts';
import { earlierOf, Publisher } from './index.ts';
import { exposition } from './pushgateway.ts';

const account = { AWS_ACCESS_KEY_ID: 'ada', AWS_SECRET_ACCESS_KEY: 'geheim' };

describe('publishing a run', () => {
  let server: Server;
  let url: string;
  let stored: Map<string, string>;
  let refuse: RegExp | undefined;
  let out: string;
  const before_ = { ...process.env };

  before((done) => {
    server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const { method, url: path = '', headers } = request;
      const pushed = path.startsWith('/metrics/');
      if (refuse?.test(`${method} ${path}`) || (!pushed && !headers.authorization?.includes('Credential=ada/')))
        return void response.writeHead(403).end('<Code>AccessDenied</Code>');
      if (method === 'PUT') stored.set(path, text);
      const found = stored.get(path);
      response.writeHead(found === undefined ? 404 : 200).end(found ?? '');
    }).listen(0, '127.0.0.1', () => {
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      done();
    });
  });
  after(() => server.close());
  beforeEach(async () => {
    stored = new Map();
    refuse = undefined;
    Object.assign(process.env, account, { AWS_ENDPOINT_URL: url });
    out = await mkdtemp(join(tmpdir(), 'pgdrill-publish-'));
    await mkdir(join(out, 'run-1'));
    await writeFile(join(out, 'run-1', 'report.html'), '<p>report</p>');
    await writeFile(join(out, 'history.ndjson'), '{"run":"run-1"}\n');
    await writeFile(join(out, 'index.html'), '<p>index</p>');
  });
  afterEach(async () => {
    for (const name of [...Object.keys(account), 'AWS_ENDPOINT_URL']) delete process.env[name];
    Object.assign(process.env, before_);
    await rm(out, { recursive: true });
  });

  const verdict = sampleVerdict();
  const publisher = () => new Publisher({ bucket: 's3://drills/staging', pushgateway: url, instance: 'db/pg' });

  it('puts report, index and history into the bucket, the history last', async () => {
    expect(await publisher().publish(out, { folder: join(out, 'run-1'), verdict })).to.deep.equal([]);
    expect([...stored.keys()].slice(0, 3)).to.deep.equal([
      '/drills/staging/run-1/report.html',
      '/drills/staging/index.html',
      '/drills/staging/history.ndjson',
    ]);
  });

  it('brings the history of earlier months in, and begins one where there is none', async () => {
    await publisher().begin(out);
    expect(await readFile(join(out, 'history.ndjson'), 'utf8')).to.equal('{"run":"run-1"}\n');
    stored.set('/drills/staging/history.ndjson', '{"run":"last month"}\n');
    await publisher().begin(join(out, 'fresh'));
    expect(await readFile(join(out, 'fresh', 'history.ndjson'), 'utf8')).to.equal('{"run":"last month"}\n');
  });

  it('says what was refused, with the store’s own words, and does the rest', async () => {
    refuse = /drills/;
    const failed = await publisher().publish(out, { folder: join(out, 'run-1'), verdict });
    expect(failed).to.have.length(1);
    expect(failed[0]).to.include('403 <Code>AccessDenied</Code>').and.not.include('geheim');
    expect([...stored.keys()]).to.deep.equal([
      `/metrics/job/pgdrill/scenario/primary-crash/instance@base64/${Buffer.from('db/pg').toString('base64url')}`,
    ]);
  });

  it('pushes to a Pushgateway the outcome and every measure, times in seconds', () => {
    const text = exposition(verdict, new Date(1_700_000_000_000));
    expect(text)
      .to.match(/^pgdrill_outcome [012]$/m)
      .and.include('pgdrill_last_run_timestamp_seconds 1700000000');
    const outage =
      verdict.measured.find(({ metric }) => metric === 'writeOutageMs') ??
      verdict.checks.find(({ metric }) => metric === 'writeOutageMs')!;
    expect(text).to.include(`pgdrill_write_outage_seconds ${outage.value! / 1_000}\n`);
  });

  it('refuses a Pushgateway that is not a URL, before anything runs', () => {
    for (const pushgateway of ['', 'pushgateway:9091', 'ftp://host', '//host', 'http://'])
      expect(() => new Publisher({ pushgateway, instance: 'lab' }), pushgateway).to.throw(UsageError, 'expects a URL');
  });

  it('refuses a bucket that is misnamed or has no account', () => {
    expect(() => new Bucket('drills/staging', account)).to.throw(UsageError, 's3://bucket/prefix');
    expect(() => new Bucket('s3://drills', {})).to.throw(UsageError, 'AWS_ACCESS_KEY_ID');
  });

  it('compares with earlier runs of the same scenario only', () => {
    const line = (run: string, ms: number | null, scenario = verdict.scenario, hash = 'h') =>
      ({
        run,
        scenario,
        stack: verdict.stack,
        fingerprint: { scenario: hash },
        measured: { writeOutageMs: { value: ms } },
      }) as never;
    const all = [
      ...[line('a', 10), line('b', 30), line('c', 20), line('d', null)],
      ...[line('e', 999, 'other'), line('f', 999, verdict.scenario, 'older'), line(verdict.run, 999)],
    ];
    expect(earlierOf(all, verdict)).to.deep.equal({ runs: 4, writeOutageMedianMs: 20 });
    expect(earlierOf([], verdict)).to.deep.equal({ runs: 0 });
    const text = exposition(verdict, new Date(), earlierOf(all, verdict));
    expect(text).to.include('pgdrill_history_runs 4\n').and.include('_median_seconds 0.02\n');
  });
});
