/** Requests to an object store, signed with AWS Signature Version 4. */
import { createHash, createHmac } from 'node:crypto';
import type { HttpRequest } from './http-request.ts';

/** MinIO's own when none is set. */
export const defaultRegion = 'us-east-1';

export interface S3Account {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Of accounts that are lent for a while. */
  readonly sessionToken?: string;
}
export interface RequestMore {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** `sts` lends accounts; `s3` unless said otherwise. */
  readonly service?: 's3' | 'sts';
}

const hash = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

export interface Signing {
  readonly method: string;
  /** As the Host header says it: with the port unless it is the scheme's own. */
  readonly host: string;
  readonly path: string;
  /** As it is sent: encoded, and in order. */
  readonly query?: string;
  readonly service?: 's3' | 'sts';
  readonly body?: string | Uint8Array;
  readonly region?: string;
  readonly account: S3Account;
  /** The time that the request is valid for. */
  readonly at: Date;
}

/** The headers of a signed request, Host included. Source: AWS, "Create a signed request". */
export function signedHeaders(request: Signing): Record<string, string> {
  const { method, host, path, query = '', service = 's3', body = '', region = defaultRegion, account, at } = request;
  const stamp = at.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = stamp.slice(0, 8);
  const payload = hash(body);
  const lent = account.sessionToken ? { 'x-amz-security-token': account.sessionToken } : {};
  const signed = { host, 'x-amz-content-sha256': payload, 'x-amz-date': stamp, ...lent };
  const names = Object.keys(signed).join(';');
  const lines = Object.entries(signed).map(([name, value]) => `${name}:${value}\n`);
  const canonical = [method, path, query, lines.join(''), names, payload].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', stamp, scope, hash(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${account.secretKey}`);
  const signature = hmac(key, toSign).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${account.accessKey}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...signed, authorization };
}

/** STS takes forms only. */
const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** As AWS wants it: RFC 3986, with no character left as it is that need not be. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** A request, signed. */
export function signedRequest(
  method: string,
  host: string,
  port: number,
  path: string,
  account: S3Account,
  at: Date,
  { query = {}, body, service = 's3' }: RequestMore = {},
): HttpRequest {
  const question = Object.entries(query)
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&');
  const content = body === undefined ? {} : { body };
  const asked = { method, host: `${host}:${port}`, path, query: question, service, account, at, ...content };
  return {
    ...{ method, host, port, ...content },
    path: question ? `${path}?${question}` : path,
    headers: { ...signedHeaders(asked), ...(service === 'sts' && form) },
  };
}
