import { expect } from 'chai';
import { listObjects, type ObjectStore, parseListing, readOnlyAccount } from './object-store.ts';

describe('a listing of the store', () => {
  it('gives keys and sizes', () => {
    const xml =
      '<ListBucketResult><IsTruncated>false</IsTruncated>' +
      '<Contents><Key>a/b.gz</Key><LastModified>x</LastModified><ETag>y</ETag><Size>17</Size></Contents>' +
      '<Contents><Key>a/c</Key><Size>0</Size><StorageClass>STANDARD</StorageClass></Contents></ListBucketResult>';
    expect(parseListing(xml)).to.deep.equal([
      { key: 'a/b.gz', bytes: 17 },
      { key: 'a/c', bytes: 0 },
    ]);
  });
});

/** A store that answers one request after the other with these. */
function answering(...answers: readonly { status: number; body: string }[]): ObjectStore & { asked: string[] } {
  const asked: string[] = [];
  const account = { accessKey: 'a', secretKey: 's' };
  const send: ObjectStore['send'] = async ({ method, path }) => {
    asked.push(`${method} ${path}`);
    return answers[asked.length - 1]!;
  };
  return { host: 'minio', port: 9000, bucket: 'b', account, send, asked };
}

describe('asking the object store', () => {
  it('goes on where a listing was cut, and reports a refusal', async () => {
    const object = (key: string) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`;
    const store = answering(
      { status: 200, body: `${object('a')}<NextContinuationToken>t=1</NextContinuationToken>` },
      { status: 200, body: object('b') },
    );
    expect((await listObjects(store, 'x/')).map(({ key }) => key)).to.deep.equal(['a', 'b']);
    expect(store.asked[1]).to.contain('continuation-token=t%3D1');
    const error = await listObjects(answering({ status: 403, body: 'AccessDenied' }), 'x/').catch((e: Error) => e);
    expect(String(error)).to.contain('it answered 403: AccessDenied');
  });

  it('gives no account for restores that could write', async () => {
    const given = {
      status: 200,
      body: '<AccessKeyId>k</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>',
    };
    const signal = new AbortController().signal;
    const { account } = await readOnlyAccount(answering(given, { status: 403, body: '' }), signal);
    expect(account).to.deep.equal({ accessKey: 'k', secretKey: 's', sessionToken: 't' });
    const error = await readOnlyAccount(answering(given, { status: 200, body: '' }), signal).catch((e: Error) => e);
    expect(String(error)).to.contain('must not write to the store, but a write was answered 200');
  });
});
