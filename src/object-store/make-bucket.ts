/** Makes a bucket in an object store that has just been started. */
import { until } from '../wait.ts';
import type { ObjectStore } from './object-store.ts';
import { signedRequest } from './s3.ts';

const readyWithinMs = 30_000;

/**
 * Makes the bucket as soon as the store answers; one that the account has already is fine.
 * @throws SetupError with the store's last answer
 */
export async function makeBucket(
  { host, port, bucket, account, send }: ObjectStore,
  signal: AbortSignal,
): Promise<void> {
  let why = 'no answer';
  const made = async (): Promise<true | undefined> => {
    const request = await signedRequest('PUT', host, port, `/${bucket}`, account, new Date());
    const answer = await send(request, signal).catch((error: Error) => void (why = error.message));
    if (!answer) return undefined;
    why = `the object store answered ${answer.status}: ${answer.body.slice(0, 200)}`;
    return answer.status === 200 || answer.body.includes('BucketAlreadyOwnedByYou') ? true : undefined;
  };
  await until(made, { withinMs: readyWithinMs, what: `the bucket ${bucket} to be made`, signal, why: () => why });
}
