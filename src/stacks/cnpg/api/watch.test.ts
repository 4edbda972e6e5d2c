import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { KubeObject } from '../objects.ts';
import { keepWatching, type WatchConnection, type WatchKind } from './watch.ts';

type Step = (connection: WatchConnection) => Promise<void>;

const pod = (name: string, resourceVersion: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, resourceVersion },
});

/** A server that does one step a connection, and aborts the watch after the last. */
async function watchThrough(steps: readonly Step[]) {
  const stop = new AbortController();
  const queries: Record<string, string>[] = [];
  const events: { type: WatchKind; name: string; blind: boolean }[] = [];
  const gaps: string[] = [];
  let connection = 0;
  await keepWatching({
    path: '/api/v1/pods',
    query: { labelSelector: 'a=b' },
    signal: stop.signal,
    retryMs: 1,
    onGap: (forMs, why) => gaps.push(forMs >= 0 ? why : 'negative'),
    onEvent: (type, { metadata }, blindSinceNs) =>
      events.push({ type, name: metadata.name, blind: blindSinceNs !== undefined }),
    transport: async (asked) => {
      queries.push({ ...asked.query });
      const step = steps[connection++];
      if (step) await step(asked);
      if (connection >= steps.length) stop.abort();
    },
  });
  return { queries, events, gaps };
}

const sends =
  (...objects: KubeObject[]): Step =>
  async ({ onOpen, onEvent }) => {
    onOpen();
    for (const object of objects) onEvent('ADDED', object);
  };

describe('a watch', () => {
  it('resumes at the last version that it has seen after the server has ended the connection', async () => {
    const { queries, events } = await watchThrough([sends(pod('a', '5')), sends(pod('b', '9'))]);
    expect(queries.map(({ resourceVersion }) => resourceVersion)).to.deep.equal([undefined, '5']);
    expect(events.map(({ name }) => name)).to.deep.equal(['a', 'b']);
  });

  it('resumes at the version of a bookmark, which is not an event', async () => {
    const bookmarked: Step = async ({ onOpen, onEvent }) => {
      onOpen();
      onEvent('BOOKMARK', pod('', '77'));
    };
    const { queries, events } = await watchThrough([bookmarked, sends()]);
    expect(queries[1]?.resourceVersion).to.equal('77');
    expect(events).to.deep.equal([]);
  });

  it('begins again where the server has forgotten the version', async () => {
    const forgotten: Step = async () => {
      throw Object.assign(new Error('too old resource version'), { statusCode: 410 });
    };
    const { queries, gaps } = await watchThrough([sends(pod('a', '5')), forgotten, sends(pod('a', '50'))]);
    expect(queries.map(({ resourceVersion }) => resourceVersion)).to.deep.equal([undefined, '5', undefined]);
    expect(gaps).to.deep.equal([]);
  });

  it('reports a gap once the API is back, with why it was away', async () => {
    const away: Step = async () => {
      throw new Error('connect ECONNREFUSED');
    };
    const { gaps } = await watchThrough([sends(pod('a', '5')), away, away, sends()]);
    expect(gaps).to.deep.equal(['connect ECONNREFUSED']);
  });

  it('takes the inactivity timeout of the client for no gap', async () => {
    const idle: Step = async () => {
      throw new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    };
    expect((await watchThrough([idle, sends()])).gaps).to.deep.equal([]);
  });

  it('says of what comes right after a break that it may have happened in it', async () => {
    const { events } = await watchThrough([sends(pod('a', '5')), sends(pod('b', '9'))]);
    expect(events.map(({ blind }) => blind)).to.deep.equal([false, true]);
  });

  it('keeps its own query and asks for bookmarks', async () => {
    const { queries } = await watchThrough([sends()]);
    expect(queries[0]).to.deep.equal({ labelSelector: 'a=b', allowWatchBookmarks: 'true' });
  });
});
