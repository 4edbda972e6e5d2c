/** Makes a bucket in MinIO by its S3 interface: one PUT. */
import { type S3Account, signedRequest } from '../../../object-store/s3.ts';
import { until } from '../../../wait.ts';
import { ports } from '../plan.ts';
import { requestFromClients } from './from-clients.ts';

/** Where the backup drills write to, by the seed's name. */
export const bucket = 'postgres-backups';

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
