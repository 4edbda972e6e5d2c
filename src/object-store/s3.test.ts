import { expect } from 'chai';
import { describe, it } from 'mocha';
import { signedHeaders, signedRequest } from './s3.ts';

describe('a signed request to an object store', () => {
  const account = { accessKey: 'AKIDEXAMPLE', secretKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
  const at = new Date('2015-08-30T12:36:00Z');
  const sign = (secretKey = account.secretKey) =>
    signedRequest('PUT', '198.18.0.51', 9000, '/b', { ...account, secretKey }, at);

  it('carries time, scope and a signature that depends on the secret', () => {
    const { headers } = sign();
    expect(headers).to.include({ host: '198.18.0.51:9000', 'x-amz-date': '20150830T123600Z' });
    expect(headers.authorization).to.match(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20150830\/us-east-1\/s3\/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=[0-9a-f]{64}$/,
    );
    expect(sign('another').headers.authorization).to.not.equal(headers.authorization);
    expect(sign().headers.authorization).to.equal(headers.authorization);
  });

  it('signs the body, the region and a session token too', () => {
    const request = { method: 'PUT', host: 'bucket.example', path: '/b/k', account, at };
    const signature = (more: object) => signedHeaders({ ...request, ...more }).authorization;
    expect(new Set([{}, { body: 'x' }, { region: 'eu-central-1' }].map(signature)).size).to.equal(3);
    const lent = signedHeaders({ ...request, account: { ...account, sessionToken: 't' } });
    expect(lent.authorization).to.include('x-amz-date;x-amz-security-token');
  });

  it('is the one that AWS gives as an example', () => {
    // "Authenticating Requests: Using the Authorization Header", example GET Bucket Lifecycle, less its query.
    const example = { accessKey: 'AKIAIOSFODNN7EXAMPLE', secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
    const headers = signedHeaders({
      method: 'GET',
      host: 'examplebucket.s3.amazonaws.com',
      path: '/',
      account: example,
      at: new Date('2013-05-24T00:00:00Z'),
    });
    expect(headers['x-amz-content-sha256']).to.equal(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    expect(headers.authorization).to.include('20130524/us-east-1/s3/aws4_request');
  });

  it('asks with its query in order and encoded, as it was signed', () => {
    const query = { prefix: 'a/b c', 'list-type': '2' };
    const asked = (more: object) => signedRequest('GET', '198.18.0.51', 9000, '/b', account, at, more);
    expect(asked({ query }).path).to.equal('/b?list-type=2&prefix=a%2Fb%20c');
    expect(asked({ query }).headers.authorization).to.not.equal(asked({}).headers.authorization);
  });

  it('signs what it sends, for the service that it asks', () => {
    const more = { body: 'Action=AssumeRole', service: 'sts' } as const;
    const { body, headers } = signedRequest('POST', '198.18.0.51', 9000, '/', account, at, more);
    expect(body).to.equal('Action=AssumeRole');
    expect(headers.authorization).to.contain('/us-east-1/sts/aws4_request');
    expect(headers['content-type']).to.equal('application/x-www-form-urlencoded');
  });
});
