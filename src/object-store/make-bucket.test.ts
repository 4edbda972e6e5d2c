import { expect } from 'chai';
import type { HttpRequest } from './http-request.ts';
import { makeBucket } from './make-bucket.ts';
import type { ObjectStore } from './object-store.ts';

describe('making a bucket', () => {
  const store = (answers: (number | [number, string] | Error)[]) => {
    const asked: HttpRequest[] = [];
    const send: ObjectStore['send'] = async (request) => {
      asked.push(request);
      const answer = answers.shift() ?? 200;
      if (answer instanceof Error) throw answer;
      const [status, body] = typeof answer === 'number' ? [answer, ''] : answer;
      return { status, body };
    };
    const account = { accessKey: 'minio', secretKey: 'secret' };
    return { asked, bucket: { host: '198.18.0.51', port: 9000, bucket: 'backups', account, send } };
  };
  const never = new AbortController().signal;

  it('asks until the store answers, each time with a new signature', async () => {
    const { asked, bucket } = store([new Error('ECONNREFUSED'), 503]);
    await makeBucket(bucket, never);
    expect(asked.map(({ method, path }) => `${method} ${path}`)).to.deep.equal(Array(3).fill('PUT /backups'));
    expect(asked[0]!.headers.authorization).to.match(/^AWS4-HMAC-SHA256 Credential=minio\//);
  });

  it('accepts one that exists', async () => {
    const { asked, bucket } = store([[409, '<Code>BucketAlreadyOwnedByYou</Code>']]);
    await makeBucket(bucket, never);
    expect(asked).to.have.length(1);
  });

  it('ends with an abort', async () => {
    const { bucket } = store([403, 403, 403, 403, 403]);
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error('stopped')), 20);
    const error = await makeBucket(bucket, abort.signal).catch((reason: Error) => reason);
    expect(String(error)).to.contain('stopped');
  });
});
