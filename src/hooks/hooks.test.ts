import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { SetupError } from '../errors.ts';
import { hooksSchema } from './config.ts';
import { hooksOf, startHooks } from './index.ts';

interface Heard {
  readonly what: string;
  readonly body: Record<string, unknown>;
  readonly authorization: string | undefined;
}
const about = { run: '20261122-primary-crash', scenario: 'primary-crash', stack: 'cluster', reason: 'monthly' };
const ending = { event: 'end', outcome: 'pass', sentence: 'Writes were down for 20 s.' } as const;

describe('the hooks of a drill', () => {
  let server: Server;
  let url: string;
  let heard: Heard[];
  let refuse: RegExp | undefined;
  before((done) => {
    server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const what = `${request.method} ${request.url}`;
      heard.push({ what, body: text ? JSON.parse(text) : {}, authorization: request.headers.authorization });
      response.writeHead(refuse?.test(what) ? 503 : 200).end(JSON.stringify({ silenceID: 's1', id: 7 }));
    }).listen(0, '127.0.0.1', () => {
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      done();
    });
  });
  after(() => server.close());
  beforeEach(() => {
    heard = [];
    refuse = undefined;
  });

  const hooks = () =>
    hooksOf(
      hooksSchema.parse({
        webhook: `${url}/hook`,
        alertmanager: { url, matchers: { namespace: 'db' }, minutes: 15 },
        grafana: { url },
      }),
      { PGDRILL_GRAFANA_TOKEN: 'geheim' },
    );

  it('report the start and the end, the last that began first', async () => {
    const end = await startHooks(hooks(), about);
    expect(heard.map(({ what }) => what)).to.deep.equal([
      'POST /hook',
      'POST /api/v2/silences',
      'POST /api/annotations',
    ]);
    expect(heard[0]!.body).to.include({ event: 'start', scenario: 'primary-crash', reason: 'monthly' });
    heard = [];
    expect(await end(ending)).to.deep.equal([]);
    expect(heard.map(({ what }) => what)).to.deep.equal([
      'PATCH /api/annotations/7',
      'DELETE /api/v2/silence/s1',
      'POST /hook',
    ]);
    expect(heard[2]!.body).to.include({ event: 'end', outcome: 'pass', sentence: ending.sentence });
  });

  it('silence for a limited time, even if nobody lifts the silence', async () => {
    await startHooks(hooks(), about);
    const { startsAt, endsAt, matchers } = heard[1]!.body as { startsAt: string; endsAt: string; matchers: unknown };
    expect(Date.parse(endsAt) - Date.parse(startsAt)).to.equal(15 * 60_000);
    expect(matchers).to.deep.equal([{ name: 'namespace', value: 'db', isRegex: false, isEqual: true }]);
  });

  it('let no drill begin where one is not taken, and end those that were', async () => {
    refuse = /annotations/;
    const error = await startHooks(hooks(), about).catch((reason: unknown) => reason);
    expect(error)
      .to.be.instanceOf(SetupError)
      .with.property('message')
      .that.includes('Grafana')
      .and.includes('answered 503');
    expect(heard.map(({ what }) => what)).to.include('DELETE /api/v2/silence/s1');
    expect(heard.at(-1)!.body).to.include({ event: 'abort' });
  });

  it('do not turn a drill that is over into an error, but say what could not be delivered', async () => {
    const end = await startHooks(hooks(), about);
    refuse = /silence/;
    expect((await end(ending)).join())
      .to.include('Alertmanager')
      .and.include('answered 503');
  });

  it('never reveal a token, nor send it elsewhere', async () => {
    refuse = /annotations/;
    const error = (await startHooks(hooks(), about).catch((reason: unknown) => reason)) as Error;
    expect(error.message).not.to.include('geheim');
    expect(heard.filter(({ authorization }) => authorization).map(({ what }) => what)).to.deep.equal([
      'POST /api/annotations',
    ]);
  });

  it('refuse a silence without matchers, which would silence everything', () => {
    expect(hooksSchema.safeParse({ alertmanager: { url: 'http://a', matchers: {} } }).success).to.equal(false);
  });
});
