/** Follows the log of a container for as long as a run lasts, over restarts of the container and breaks of the stream. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kube } from '../api/kube.ts';

const retryMs = 500;

interface Followed {
  readonly namespace: string;
  /** The pod, which may be another at another time. */
  readonly pod: () => string;
  readonly container: string;
}

/** @param onLine each line once, with the time at which the kubelet received it in front */
export function followLog(
  kube: Pick<Kube, 'followLog'>,
  { namespace, pod, container }: Followed,
  onLine: (line: string) => void,
): AsyncDisposable {
  const stop = new AbortController();
  const { signal } = stop;
  let lastStamp = '';

  async function follow(): Promise<void> {
    while (!signal.aborted) {
      await kube
        .followLog(
          namespace,
          pod(),
          container,
          (line) => {
            const stamp = line.slice(0, line.indexOf(' '));
            // After a break the stream repeats the last second.
            if (stamp <= lastStamp) return;
            lastStamp = stamp;
            onLine(line);
          },
          signal,
        )
        .catch(() => {});
      await sleep(retryMs, undefined, { signal }).catch(() => {});
    }
  }
  const following = follow();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await following;
    },
  };
}
