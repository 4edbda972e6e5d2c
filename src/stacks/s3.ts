/** Requests to an object store, signed with AWS Signature Version 4. */
import { createHash, createHmac } from 'node:crypto';

/** MinIO's own when none is set. */
const region = 'us-east-1';

export interface S3Account {
  readonly accessKey: string;
  readonly secretKey: string;
}
export interface SignedRequest {
  readonly method: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** A request without a body, signed. `at` is the time that it is valid for. Source: AWS, "Create a signed request". */
export function signedRequest(
  method: string,
  host: string,
  port: number,
  path: string,
  { accessKey, secretKey }: S3Account,
  at: Date,
): SignedRequest {
  const stamp = at.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = stamp.slice(0, 8);
  const payload = hash('');
  const signed = { host: `${host}:${port}`, 'x-amz-content-sha256': payload, 'x-amz-date': stamp };
  const names = Object.keys(signed).join(';');
  const lines = Object.entries(signed).map(([name, value]) => `${name}:${value}\n`);
  const canonical = [method, path, '', lines.join(''), names, payload].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', stamp, scope, hash(canonical)].join('\n');
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretKey}`);
  const signature = hmac(key, toSign).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { method, host, port, path, headers: { ...signed, authorization } };
}
