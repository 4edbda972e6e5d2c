import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Kube } from './api/kube.ts';
import type { WatchTransport } from './api/watch.ts';
import type { KubeObject, Pod } from './objects.ts';
import { podTrouble, waitFor } from './ready.ts';

const pod = (status: Pod['status']): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'postgres-1' },
  spec: { containers: [] },
  ...(status && { status }),
});
const ready = (status: 'True' | 'False') => ({ type: 'Ready', status });

describe('why a pod is not ready', () => {
  it('is nothing where it is', () => {
    expect(podTrouble(pod({ conditions: [ready('True')] }))).to.equal(undefined);
  });

  it('is that no node takes it', () => {
    const message = '0/4 nodes are available: 3 Insufficient memory.';
    const conditions = [ready('False'), { type: 'PodScheduled', status: 'False', message }];
    expect(podTrouble(pod({ conditions }))).to.equal(`postgres-1 ${message}`);
  });

  it('is what a container waits for', () => {
    const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image "x"' };
    const containerStatuses = [{ name: 'postgres', ready: false, restartCount: 0, state: { waiting } }];
    expect(podTrouble(pod({ conditions: [ready('False')], containerStatuses }))).to.equal(
      'postgres-1 Back-off pulling image "x"',
    );
  });

  it('is its phase where nothing else is known', () => {
    expect(podTrouble(pod({ phase: 'Pending' }))).to.equal('postgres-1 Pending');
    expect(podTrouble(pod(undefined))).to.equal('postgres-1 is not there yet');
  });
});

describe('waiting for objects', () => {
  /** An API that sends these pods one after the other, and reports these warnings. */
  function api(pods: readonly Pod[], warnings: readonly string[] = []): Kube {
    const watchTransport: WatchTransport = async ({ onOpen, onEvent, signal }) => {
      onOpen();
      for (const one of pods) onEvent('MODIFIED', one);
      if (signal.aborted) return;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    };
    const list = async (): Promise<KubeObject[]> =>
      warnings.map((message, i) => ({
        ...{ apiVersion: 'v1', kind: 'Event', metadata: { name: `e${i}` }, type: 'Warning', message },
        ...{ lastTimestamp: `2026-11-22T17:0${i}:00Z`, involvedObject: { name: 'postgres-1' } },
      }));
    return { watchTransport, list } as unknown as Kube;
  }
  const wait = (kube: Kube, withinMs: number, signal = new AbortController().signal, reported: string[] = []) =>
    waitFor<Pod>(kube, {
      what: 'the pod to be ready',
      path: '/api/v1/pods',
      missing: ([one]) => (one ? podTrouble(one) : 'there is none'),
      withinMs,
      signal,
      namespace: 'data-layer',
      progress: (missing) => reported.push(missing),
    });

  it('ends with the objects as soon as nothing is missing, and reports what was on the way', async () => {
    const reported: string[] = [];
    const pods = [pod({ phase: 'Pending' }), pod({ phase: 'Running' }), pod({ conditions: [ready('True')] })];
    const found = await wait(api(pods), 5_000, undefined, reported);
    expect(found).to.deep.equal([pods[2]]);
    expect(reported).to.deep.equal(['postgres-1 Pending', 'postgres-1 Running']);
  });

  it('says in one sentence what is missing, with the newest warnings first, when it takes too long', async () => {
    const error = await wait(api([pod({ phase: 'Pending' })], ['older', 'newer']), 50).catch((reason: Error) => reason);
    expect((error as Error).message).to.equal(
      'waited 0.05 s for the pod to be ready, without success: postgres-1 Pending; last warnings: postgres-1: newer · postgres-1: older',
    );
  });

  it('ends with the reason of an abort', async () => {
    const controller = new AbortController();
    const waiting = wait(api([]), 5_000, controller.signal).catch((reason: Error) => reason.message);
    controller.abort(new Error('interrupted'));
    expect(await waiting).to.equal('interrupted');
  });
});
