import { expect } from 'chai';
import { describe, it } from 'mocha';
import { signedRequest } from './s3.ts';

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
});
