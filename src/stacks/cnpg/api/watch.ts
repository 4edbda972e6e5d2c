/** Watches that go on when their connection ends: at a timeout, a restart of the API server, or a stale version. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '../objects.ts';

export type WatchKind = 'ADDED' | 'MODIFIED' | 'DELETED';

export interface WatchConnection {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The server has accepted the watch. */
  readonly onOpen: () => void;
  readonly onEvent: (type: string, object: KubeObject) => void;
  readonly signal: AbortSignal;
}
/** One connection. Resolves when the server ends it; rejects otherwise, with `statusCode` 410 where the version is too old. */
export type WatchTransport = (connection: WatchConnection) => Promise<void>;

export interface WatchOptions<T extends KubeObject> {
  readonly transport: WatchTransport;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** @param blindSinceNs when the change may have happened at the earliest, where the watch was away; ns of hrtime */
  readonly onEvent: (type: WatchKind, object: T, blindSinceNs?: bigint) => void;
  /** Called when the watch is back after the API could not be reached for a while. */
  readonly onGap?: (forMs: number, why: string) => void;
  readonly signal: AbortSignal;
  /** Between two attempts while the API does not answer, ms. */
  readonly retryMs?: number;
}

/** Events this soon after a connection began are what happened while there was none. */
const backlogMs = 100;
/** Between two connections where nothing is wrong, so that a server that hangs up at once is not hammered. */
const pauseMs = 10;

/**
 * Watches until it is aborted. Existing objects come first, as ADDED. After a break it resumes at the last version it
 * has seen, so that nothing that happened meanwhile is missed; where the server has forgotten that version (410), the
 * present state comes again as ADDED. It never rejects: an API that is away is a gap.
 */
export async function keepWatching<T extends KubeObject>(options: WatchOptions<T>): Promise<void> {
  const { transport, path, query, onEvent, onGap, signal, retryMs = 200 } = options;
  let version: string | undefined;
  let endedNs: bigint | undefined;
  let openedMs = 0;
  let trouble: string | undefined;

  const onOpen = () => {
    openedMs = performance.now();
    if (trouble !== undefined && endedNs !== undefined)
      onGap?.(Number(process.hrtime.bigint() - endedNs) / 1e6, trouble);
    trouble = undefined;
  };
  const onRaw = (type: string, object: KubeObject) => {
    version = object.metadata?.resourceVersion ?? version;
    if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED') return;
    const blind = endedNs !== undefined && performance.now() - openedMs < backlogMs;
    onEvent(type, object as unknown as T, blind ? endedNs : undefined);
  };

  while (!signal.aborted) {
    const resume = version === undefined ? {} : { resourceVersion: version };
    const failure = await transport({
      path,
      query: { ...query, allowWatchBookmarks: 'true', ...resume },
      onOpen,
      onEvent: onRaw,
      signal,
    }).then(
      () => undefined,
      (error: Error & { statusCode?: number }) => error,
    );
    if (trouble === undefined) endedNs = process.hrtime.bigint();
    if (failure?.statusCode === 410) version = undefined;
    else if (failure && failure.name !== 'TimeoutError') trouble = failure.message;
    await sleep(trouble === undefined ? pauseMs : retryMs, undefined, { signal }).catch(() => {});
  }
}
