/** Makes the bucket of the backups in MinIO, by S3. */
import { SetupError } from '../../errors.ts';
import { signedRequest } from '../../object-store/s3.ts';
import { send } from '../../object-store/send.ts';
import { until } from '../../wait.ts';
import { bucketName } from './names.ts';

const answerWithinMs = 2_000;

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
      const request = signedRequest('PUT', host, port, `/${bucketName}`, account, new Date());
      return send(request, signal, answerWithinMs).catch((error: Error) => void (last = error.message));
    },
    { withinMs: 30_000, what: 'MinIO to answer', signal, why: () => last },
  );
  const { status, body } = answer;
  if (status >= 300 && !body.includes('BucketAlreadyOwnedByYou'))
    throw new SetupError(`MinIO did not make the bucket ${bucketName}, it answered ${status}: ${body.slice(0, 200)}`);
}
