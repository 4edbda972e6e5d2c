import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { beforeEach, describe, it } from 'mocha';
import type { WatchConnection } from './api/watch.ts';
import { manifestSite } from './names.ts';
import type { Pod } from './objects.ts';
import { followPoolers, PoolerPods } from './pooler-pods.ts';

const pod = (name: string, going = false, phase = 'Running'): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...(going && { deletionTimestamp: '2026-11-22T20:00:00Z' }) },
  spec: { containers: [{ name: 'pgbouncer' }] },
  status: { phase },
});

describe('the pods of the poolers', () => {
  let pods: PoolerPods;
  beforeEach(() => {
    pods = new PoolerPods(
      new Map([
        ['pooler-1', 'a'],
        ['pooler-2', 'b'],
      ]),
    );
    for (const name of ['a', 'b']) expect(pods.see('ADDED', pod(name)).size).to.equal(0);
  });
  const present = () => pods.names.map((pooler) => `${pooler} ${pods.podOf(pooler)}`);

  it('hand a number on as soon as its pod is being deleted', () => {
    pods.see('MODIFIED', pod('b', true));
    expect([...pods.see('ADDED', pod('c'))]).to.deep.equal([['pooler-2', 'c']]);
    pods.see('DELETED', pod('b', true));
    expect(present()).to.deep.equal(['pooler-1 a', 'pooler-2 c']);
  });

  it('hand it on too where the new pod is seen before the old one goes', () => {
    expect(pods.see('ADDED', pod('c')).size).to.equal(0);
    expect([...pods.see('DELETED', pod('a'))]).to.deep.equal([['pooler-1', 'c']]);
  });

  it('take one that was evicted for gone', () => {
    pods.see('MODIFIED', pod('a', false, 'Failed'));
    expect([...pods.see('ADDED', pod('c'))]).to.deep.equal([['pooler-1', 'c']]);
  });

  it('leave a pod out that came and went before there was a place for it', () => {
    pods.see('ADDED', pod('c'));
    pods.see('MODIFIED', pod('c', true));
    expect(pods.see('DELETED', pod('a')).size).to.equal(0);
    expect([...pods.see('ADDED', pod('d'))]).to.deep.equal([['pooler-1', 'd']]);
  });

  it('notify their listeners, and label the pod so that its service finds it', async () => {
    const reported: string[] = [];
    const labelled: unknown[] = [];
    let watch: WatchConnection | undefined;
    const kube = {
      patch: async (ref: unknown, change: unknown) => void labelled.push(ref, change),
      watchTransport: async (connection: WatchConnection) => {
        watch = connection;
        await new Promise<void>((resolve) => connection.signal.addEventListener('abort', () => resolve()));
      },
    };
    using _listening = pods.listen((pooler, name) => reported.push(`${pooler} ${name}`));
    await using _following = followPoolers(kube, manifestSite, pods);
    watch!.onEvent('DELETED', pod('b'));
    watch!.onEvent('ADDED', pod('c'));
    await sleep(0);
    expect(reported).to.deep.equal(['pooler-2 c']);
    expect(JSON.stringify(labelled)).to.include('"name":"c"').and.include('{"pgdrill.dev/pooler":"2"}');
  });
});
