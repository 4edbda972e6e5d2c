/** Requests to an object store, signed with AWS Signature Version 4 by aws4fetch. */
import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
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
  /** `sts` lends accounts; default `s3`. */
  readonly service?: 's3' | 'sts';
}

export interface Signing {
  readonly method: string;
  /** With its query, as it is sent. */
  readonly url: URL;
  readonly service?: 's3' | 'sts';
  readonly body?: string | Uint8Array;
  readonly region?: string;
  readonly account: S3Account;
  /** The time that the request is valid for. */
  readonly at: Date;
}

/** The headers of a signed request; the client that sends it adds the host, which is signed too. */
export async function signedHeaders(request: Signing): Promise<Record<string, string>> {
  const { method, url, service = 's3', body = '', region = defaultRegion, account, at } = request;
  const { accessKey: accessKeyId, secretKey: secretAccessKey, sessionToken } = account;
  // A plus in a path is a plus; aws4fetch takes it for a space, as it is in forms.
  const signed = new URL(url);
  signed.pathname = url.pathname.replaceAll('+', '%2B');
  const signer = new AwsV4Signer({
    ...{
      method,
      url: signed.href,
      service,
      region,
      accessKeyId,
      secretAccessKey,
      ...(sessionToken && { sessionToken }),
    },
    datetime: at.toISOString().replace(/[-:]|\.\d{3}/g, ''),
    // Without it aws4fetch leaves the body unsigned, which a store on plain HTTP may refuse.
    headers: { 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') },
    body,
  });
  return Object.fromEntries((await signer.sign()).headers);
}

/** STS takes forms only. */
const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** As AWS wants it: RFC 3986, with every character encoded that may be. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** A request, signed. */
export async function signedRequest(
  method: string,
  host: string,
  port: number,
  path: string,
  account: S3Account,
  at: Date,
  { query = {}, body, service = 's3' }: RequestMore = {},
): Promise<HttpRequest> {
  const question = Object.entries(query)
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&');
  const asked = question ? `${path}?${question}` : path;
  const content = body === undefined ? {} : { body };
  const headers = await signedHeaders({
    ...{ method, url: new URL(`http://${host}:${port}${asked}`), service, account, at, ...content },
  });
  return {
    ...{ method, host, port, path: asked, ...content },
    headers: { ...headers, ...(service === 'sts' && form) },
  };
}
