/** Sends the requests that an object store is asked by. */

import type { HttpRequest } from './http-request.ts';
import type { StoreAnswer } from './object-store.ts';

const answerWithinMs = 30_000;

/** @throws Error that says why no answer came */
export async function send(
  request: HttpRequest,
  signal?: AbortSignal,
  withinMs = answerWithinMs,
): Promise<StoreAnswer> {
  const { method, host, port, path, headers, body } = request;
  const within = AbortSignal.any([AbortSignal.timeout(withinMs), ...(signal ? [signal] : [])]);
  const content = body === undefined ? {} : { body };
  const answer = await fetch(`http://${host}:${port}${path}`, { method, headers, signal: within, ...content }).catch(
    (error: Error) => {
      // `fetch failed` alone says nothing: the reason is behind it.
      const reason = error.cause instanceof Error ? `: ${error.cause.message}` : '';
      throw new Error(`${error.message}${reason}`, { cause: error });
    },
  );
  return { status: answer.status, body: await answer.text() };
}
