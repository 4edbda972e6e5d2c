import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import type { Seen } from '../../stack.ts';
import type { WatchTransport } from '../api/watch.ts';
import { manifestSite } from '../names.ts';
import type { KubeObject } from '../objects.ts';
import { watchPlatform } from './observe.ts';

const traffic = new URL('../../../../fixtures/api-traffic/', import.meta.url);
const kinds = ['clusters', 'endpointslices', 'leases'] as const;
type Recorded = { readonly type: string; readonly object: KubeObject };

async function read(folder: string): Promise<Map<string, Recorded[]>> {
  const texts = await Promise.all(kinds.map((kind) => readFile(new URL(`${folder}/${kind}.ndjson`, traffic), 'utf8')));
  return new Map(
    kinds.map((kind, i) => [
      kind,
      texts[i]!.trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Recorded),
    ]),
  );
}

/**
 * An API server that sends what was recorded, and hangs up after every `perConnection` events. It resumes after the version
 * that it is asked for, as a real one does.
 */
function replay(
  recorded: Map<string, Recorded[]>,
  perConnection: number,
): { transport: WatchTransport; done: Promise<void> } {
  let left = recorded.size;
  let finish = () => {};
  const done = new Promise<void>((resolve) => (finish = resolve));
  const transport: WatchTransport = async ({ path, query, onOpen, onEvent, signal }) => {
    const events = recorded.get(path.split('/').at(-1)!) ?? [];
    const from = 1 + events.findIndex(({ object }) => object.metadata.resourceVersion === query.resourceVersion);
    onOpen();
    for (const { type, object } of events.slice(from, from + perConnection)) onEvent(type, object);
    if (from + perConnection < events.length) return;
    if (from < events.length && --left === 0) finish();
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  };
  return { transport, done };
}

async function seenIn(recorded: Map<string, Recorded[]>, perConnection: number): Promise<Seen[]> {
  const seen: Seen[] = [];
  const { transport, done } = replay(recorded, perConnection);
  await using _watching = watchPlatform(transport, manifestSite, (what) => void seen.push(what));
  await done;
  return seen;
}

const story = (seen: readonly Seen[], observer: string): string[] =>
  seen.flatMap((what) =>
    what.kind === 'role' && what.observer === observer
      ? [`${what.instance} ${what.role}${what.timeline === undefined ? '' : ` on ${what.timeline}`}`]
      : [],
  );

describe('what the platform shows of a crash', () => {
  let recorded: Map<string, Recorded[]>;
  before(async () => {
    recorded = await read('crash');
  });

  const platform = [
    'postgres-1 primary on 1',
    'postgres-1 lost',
    'postgres-2 elected',
    'postgres-2 primary',
    'postgres-2 primary on 2',
  ];
  const route = ['postgres-1 routed', 'postgres-1 unrouted', 'postgres-2 routed'];

  for (const perConnection of [1, 3, 1_000])
    it(`is reported once and in order, with ${perConnection} events a connection`, async () => {
      const seen = await seenIn(recorded, perConnection);
      expect(story(seen, 'platform')).to.deep.equal(platform);
      expect(story(seen, 'route')).to.deep.equal(route);
    });

  it('includes the lease, which must pass on before anybody is promoted', async () => {
    const notes = (await seenIn(recorded, 1_000)).flatMap((what) => (what.kind === 'note' ? [what.text] : []));
    expect(notes).to.deep.equal(['the primary lease passed from postgres-1 to postgres-2']);
  });

  it('says of what came after a break that it may have happened in the break', async () => {
    const [, ...later] = (await seenIn(recorded, 1)).filter(
      (what) => what.kind === 'role' && what.observer === 'route',
    );
    for (const what of later) expect(what).to.have.property('afterNs').that.is.a('bigint');
  });
});
