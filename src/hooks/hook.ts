/** What every hook is: one file each, and one line in `index.ts`. */
import { SetupError } from '../errors.ts';

/** A drill, as others are notified of it. */
export interface About {
  readonly run: string;
  readonly scenario: string;
  readonly stack: string;
  readonly reason: string;
}
export interface Ending {
  readonly event: 'abort' | 'end';
  readonly outcome: string;
  /** The verdict, or why the drill was ended, in one sentence. */
  readonly sentence: string;
}
export interface Hook {
  readonly name: string;
  /** @returns what to call at the end @throws SetupError where the service does not take it */
  start(about: About, at: Date): Promise<(ending: Ending, at: Date) => Promise<void>>;
}

const answerWithinMs = 5_000;

export interface Sent {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  /** What errors say in place of the address, where its path is a secret. */
  readonly shownUrl?: string;
  readonly body?: unknown;
  readonly token?: string | undefined;
}

/** Sends JSON. @returns the answer, parsed @throws SetupError with the service's own words, and never with the token */
export async function send(service: string, { method, url, shownUrl, body, token }: Sent): Promise<unknown> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  const shown = new URL(url);
  const where = `${service} at ${shownUrl ?? `${shown.origin}${shown.pathname}`}`;
  const answer = await fetch(url, { method, headers, ...text, signal: AbortSignal.timeout(answerWithinMs) }).catch(
    (error: Error) => {
      const { cause } = error;
      throw new SetupError(`${where} does not answer: ${cause instanceof Error ? cause.message : error.message}`);
    },
  );
  const said = await answer.text();
  if (!answer.ok) throw new SetupError(`${where} answered ${answer.status}: ${said.slice(0, 200)}`);
  try {
    return said === '' ? undefined : JSON.parse(said);
  } catch {
    return undefined;
  }
}
