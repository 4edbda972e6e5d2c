import { expect } from 'chai';
import { connected, type PoolerStory, poolerStory } from '../../journal/pooler-story.ts';
import { backendsForked, rejectedConnections } from './rejections.ts';

const tooMany = 'sorry, too many clients already';
const fork = (at: number, n: number) => ({
  ...({
    source: 'pg-2',
    event: 'backend-fork',
    atUs: at * 1e6,
    n,
    text: 'connection received from 198.18.0.41',
  } as const),
});
const run = (more: PoolerStory['more']) => poolerStory({ ...(more && { more }) }).run();

describe('rejectedConnections', () => {
  it('are counted once where both the server’s log and the pooler’s record them', async () => {
    const found = rejectedConnections(
      await run((journal) =>
        journal
          .line('poollog', 32, fork(32, 9))
          .line('poollog', 32, { ...fork(32, 3), event: 'error', text: tooMany })
          .line('poollog', 32, { ...connected(32, 3), event: 'error', text: `server login failed: FATAL ${tooMany}` }),
      ),
    );
    expect(found.value).to.equal(3);
  });

  it('are taken from the pooler’s log where the server’s was not followed', async () => {
    const line = { ...connected(32, 2), event: 'error', text: `server login failed: FATAL ${tooMany}` } as const;
    expect(rejectedConnections(await run((journal) => journal.line('poollog', 32, line))).value).to.equal(2);
  });

  it('say who held the connections then, as far as the consoles show it', async () => {
    const line = { ...connected(32, 2), event: 'error', text: `server login failed: FATAL ${tooMany}` } as const;
    const found = rejectedConnections(await run((journal) => journal.line('poollog', 32, line)));
    expect(found.note).to.equal('server connections held then: pooler-1 4');
  });

  it('are not errors of other kinds', async () => {
    const line = { ...connected(32, 2), event: 'error', text: 'pooler error: query_wait_timeout' } as const;
    expect(rejectedConnections(await run((journal) => journal.line('poollog', 32, line))).value).to.equal(0);
  });
});

describe('backendsForked', () => {
  it('are those since the fault, of all instances', async () => {
    const found = backendsForked(
      await run((journal) => journal.line('poollog', 5, fork(5, 9)).line('poollog', 32, fork(32, 4))),
    );
    expect(found).to.include({ value: 4, note: 'pg-2 4' });
  });
});
