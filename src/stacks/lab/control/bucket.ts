/** Makes a bucket in MinIO by its S3 interface: one PUT, signed with AWS Signature Version 4. */
import { createHash, createHmac } from 'node:crypto';
import { ports } from '../plan.ts';
import { until } from '../wait.ts';
import { type NetworkRequest, requestFromClients } from './from-clients.ts';

/** Where the backup drills write to, by the seed's name. */
export const bucket = 'postgres-backups';
/** MinIO's own when none is set. */
const region = 'us-east-1';

export interface S3Account {
  readonly accessKey: string;
  readonly secretKey: string;
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
): NetworkRequest {
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

/** Makes the bucket, from the clients' network, as soon as MinIO is up. @throws SetupError with MinIO's last answer */
export async function makeBucket(
  labId: string,
  address: string,
  account: S3Account,
  signal: AbortSignal,
): Promise<void> {
  let why = '';
  const made = async (): Promise<true | undefined> => {
    const request = signedRequest('PUT', address, ports.minio, `/${bucket}`, account, new Date());
    const answer = await requestFromClients(labId, request, signal).catch((error: Error) => {
      why = error.message;
    });
    if (!answer) return undefined;
    why = `MinIO answered ${answer.status}: ${answer.body.slice(0, 200)}`;
    return answer.status === 200 || answer.body.includes('BucketAlreadyOwnedByYou') ? true : undefined;
  };
  await until(made, { withinMs: 30_000, what: `the bucket ${bucket} to be made`, signal, why: () => why });
}
