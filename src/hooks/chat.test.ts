import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import { chat } from './chat.ts';
import { startHooks } from './index.ts';

const about = { run: '20261122-primary-crash', scenario: 'primary-crash', stack: 'lab', reason: 'monthly' };
const ending = { event: 'end', outcome: 'fail', sentence: 'Writes were down for 20 s; password=hunter22' } as const;
const secretPath = '/services/T0/B0/geheimnis';

describe('a chat', () => {
  let server: Server;
  let url: string;
  // biome-ignore lint/suspicious/noExplicitAny: messages are data of two kinds
  let heard: any[];
  let answer: 'take' | 'refuse' | 'hang';
  before((done) => {
    server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      heard.push(JSON.parse(text));
      if (answer !== 'hang') response.writeHead(answer === 'take' ? 200 : 404).end('no_service');
    }).listen(0, '127.0.0.1', () => {
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${secretPath}`;
      done();
    });
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    heard = [];
    answer = 'take';
  });

  it('of Slack gets a message at the start and one with the verdict, without secrets', async () => {
    const end = await startHooks([chat(url, 'slack')], about);
    expect(await end(ending)).to.deep.equal([]);
    expect(heard).to.have.lengthOf(2);
    expect(heard[0].text).to.include('primary-crash begins');
    expect(heard[1].text).to.equal('pgdrill: primary-crash fail: Writes were down for 20 s; password=[redacted]');
    expect(JSON.stringify(heard)).not.to.include('hunter22');
    expect(heard[1].blocks[0].text.type).to.equal('plain_text');
  });

  it('of Teams gets an adaptive card', async () => {
    const end = await startHooks([chat(url, 'teams')], about);
    await end({ ...ending, event: 'abort', outcome: 'unknown' });
    const [{ contentType, content }] = heard[1].attachments;
    expect(contentType).to.equal('application/vnd.microsoft.card.adaptive');
    expect(content.body[0].text).to.equal('pgdrill: primary-crash was ended early');
    expect(content.body[2].facts).to.deep.include({ title: 'outcome', value: 'unknown' });
  });

  it('shows text of the drill as text, whatever marks of Slack are in it', async () => {
    const end = await startHooks([chat(url, 'slack')], about);
    await end({ ...ending, sentence: '<!channel> & <https://evil.example|here>' });
    expect(heard[1].text).to.include('&lt;!channel&gt; &amp; &lt;https');
  });

  it('that is down or refuses lets the drill begin, and is reported without its address at the end', async () => {
    answer = 'refuse';
    const [failed] = await (await startHooks([chat(url, 'slack')], about))(ending);
    expect(failed)
      .to.match(/^the chat at http:\/\/127\.0\.0\.1:\d+ answered 404/)
      .and.not.include('geheimnis');
    const [down] = await (await startHooks([chat(`http://127.0.0.1:1${secretPath}`, 'teams')], about))(ending);
    expect(down)
      .to.match(/does not answer/)
      .and.not.include('geheimnis');
  });

  it('that is slow does not delay the start of the drill', async () => {
    answer = 'hang';
    const before = performance.now();
    await startHooks([chat(url, 'slack')], about);
    expect(performance.now() - before).to.be.lessThan(1_000);
  });

  it('is refused where its address is not one, which is not shown', () => {
    expect(() => chat('hooks.slack.com/geheim', 'slack')).to.throw(UsageError, /it is not an address/);
    expect(() => chat('ftp://x/geheim', 'slack'))
      .to.throw(UsageError)
      .with.property('message')
      .not.include('geheim');
  });
});
