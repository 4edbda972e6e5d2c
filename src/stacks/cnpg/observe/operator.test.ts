import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { PgdrillError } from '../../../errors.ts';
import { readReleaseManifest } from './operator.ts';

const manifest = 'kind: Namespace\n';
const sha256 = createHash('sha256').update(manifest).digest('hex');

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(PgdrillError);
  return (error as Error).message;
}

describe('the operator’s manifest', () => {
  let server: Server;
  let url: string;
  before(async () => {
    server = createServer((request, response) => {
      response.statusCode = request.url === '/cnpg.yaml' ? 200 : 404;
      response.end(manifest);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => void server.close());

  it('comes from a URL if it is what the checksum says', async () => {
    expect(await readReleaseManifest(`${url}/cnpg.yaml#sha256=${sha256}`)).to.equal(manifest);
  });

  it('is refused if it is something else', async () => {
    const message = await refusal(readReleaseManifest(`${url}/cnpg.yaml#sha256=${'0'.repeat(64)}`));
    expect(message).to.include(sha256).and.include('was expected');
  });

  it('needs a checksum where it comes from a URL', async () => {
    expect(await refusal(readReleaseManifest(`${url}/cnpg.yaml`))).to.include('needs its checksum');
  });

  it('says what to do where the URL does not give it', async () => {
    const message = await refusal(readReleaseManifest(`${url}/other.yaml#sha256=${sha256}`));
    expect(message).to.include('answered 404').and.include('PGDRILL_OPERATOR_MANIFEST');
  });

  it('says why nothing answers', async () => {
    const message = await refusal(readReleaseManifest(`http://127.0.0.1:1/cnpg.yaml#sha256=${sha256}`));
    expect(message).to.include('http://127.0.0.1:1/cnpg.yaml').and.not.include('fetch failed');
  });

  it('names the file that cannot be read', async () => {
    expect(await refusal(readReleaseManifest('/nowhere/cnpg.yaml'))).to.include('/nowhere/cnpg.yaml cannot be read');
  });
});
