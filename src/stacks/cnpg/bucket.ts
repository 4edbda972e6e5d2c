/** Makes the bucket of the backups in MinIO, by S3. */
import { SetupError } from '../../errors.ts';
import { signedRequest } from '../s3.ts';
import { until } from '../wait.ts';
import { bucketName } from './names.ts';

export interface ObjectStore {
  readonly host: string;
  readonly port: number;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** @throws SetupError with MinIO's answer where it refuses, or does not answer in time */
export async function makeBucket({ host, port, ...account }: ObjectStore, signal: AbortSignal): Promise<void> {
  let last = 'no answer';
  const answer = await until(
    async () => {
      const { method, path, headers } = signedRequest('PUT', host, port, `/${bucketName}`, account, new Date());
      return fetch(`http://${host}:${port}${path}`, {
        method,
        headers: withoutHost(headers),
        signal: AbortSignal.timeout(2_000),
      }).catch((error: Error) => void (last = error.message));
    },
    { withinMs: 30_000, what: 'MinIO to answer', signal, why: () => last },
  );
  const body = await answer.text();
  if (!answer.ok && !body.includes('BucketAlreadyOwnedByYou'))
    throw new SetupError(
      `MinIO did not make the bucket ${bucketName}, it answered ${answer.status}: ${body.slice(0, 200)}`,
    );
}

/** `fetch` sets the host itself, to the same value as was signed. */
function withoutHost({ host: _host, ...others }: Readonly<Record<string, string>>): Record<string, string> {
  return others;
}
