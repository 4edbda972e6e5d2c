import { expect } from 'chai';
import { describe, it } from 'mocha';
import { signedHeaders, signedRequest } from './s3.ts';

describe('a signed request to an object store', () => {
  const account = { accessKey: 'AKIDEXAMPLE', secretKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
  const at = new Date('2015-08-30T12:36:00Z');
  const sign = (secretKey = account.secretKey) =>
    signedRequest('PUT', '198.18.0.51', 9000, '/b', { ...account, secretKey }, at);

  it('carries time, scope and a signature that depends on the secret', async () => {
    const { headers } = await sign();
    expect(headers).to.include({ 'x-amz-date': '20150830T123600Z' });
    expect(headers.authorization).to.match(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20150830\/us-east-1\/s3\/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=[0-9a-f]{64}$/,
    );
    expect((await sign('another')).headers.authorization).to.not.equal(headers.authorization);
    expect((await sign()).headers.authorization).to.equal(headers.authorization);
  });

  it('signs the body, the region and a session token too', async () => {
    const request = { method: 'PUT', url: new URL('https://bucket.example/b/k'), account, at };
    const signature = async (more: object) => (await signedHeaders({ ...request, ...more })).authorization;
    const signatures = await Promise.all([{}, { body: 'x' }, { region: 'eu-central-1' }].map(signature));
    expect(new Set(signatures).size).to.equal(3);
    const lent = await signedHeaders({ ...request, account: { ...account, sessionToken: 't' } });
    expect(lent.authorization).to.include('x-amz-date;x-amz-security-token');
  });

  it('is the one that AWS gives as an example', async () => {
    // "Authenticating Requests: Using the Authorization Header", example GET Bucket Lifecycle.
    const headers = await signedHeaders({
      method: 'GET',
      url: new URL('https://examplebucket.s3.amazonaws.com/?lifecycle'),
      account: { accessKey: 'AKIAIOSFODNN7EXAMPLE', secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
      at: new Date('2013-05-24T00:00:00Z'),
    });
    expect(headers.authorization).to.match(
      /Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543$/,
    );
  });

  it('takes a plus in a path for a plus', async () => {
    const signature = async (path: string) =>
      (await signedHeaders({ method: 'GET', url: new URL(`https://b.example/${path}`), account, at })).authorization;
    expect(await signature('a+b')).to.equal(await signature('a%2Bb'));
    expect(await signature('a+b')).not.to.equal(await signature('a%20b'));
  });

  it('asks with its query in order and encoded, as it was signed', async () => {
    const query = { prefix: 'a/b c', 'list-type': '2' };
    const asked = (more: object) => signedRequest('GET', '198.18.0.51', 9000, '/b', account, at, more);
    const withQuery = await asked({ query });
    expect(withQuery.path).to.equal('/b?list-type=2&prefix=a%2Fb%20c');
    expect(withQuery.headers.authorization).to.not.equal((await asked({})).headers.authorization);
  });

  it('signs what it sends, for the service that it asks', async () => {
    const more = { body: 'Action=AssumeRole', service: 'sts' } as const;
    const { body, headers } = await signedRequest('POST', '198.18.0.51', 9000, '/', account, at, more);
    expect(body).to.equal('Action=AssumeRole');
    expect(headers.authorization).to.contain('/us-east-1/sts/aws4_request');
    expect(headers['content-type']).to.equal('application/x-www-form-urlencoded');
  });
});
