import { expect } from 'chai';
import { crash, crashStory } from '../../journal/stories.ts';
import { adviceFor } from '../../measure/clients/advice.ts';
import { programResults } from '../../measure/clients/programs.ts';
import { type ProgramStory, programStory } from '../../measure/clients/test-program.ts';
import { judge } from '../../measure/judge.ts';
import { renderHtml } from './index.ts';

const stuckWith = (error: string): ProgramStory => ({
  outcome: (worker, at) =>
    worker < 2 && at >= crash.at ? error : at >= crash.at && at < crash.routed ? 'unknown: ECONNRESET' : 'ok',
});

describe('the section about client programs', () => {
  it('is left out where none took part', async () => {
    const run = await crashStory().run();
    expect(renderHtml(run, judge(run))).not.to.contain('id="programs"');
  });

  it('says who came back, and who never', async () => {
    const fine = await programStory();
    expect(renderHtml(fine, judge(fine))).to.match(/1 program, all came back/);
    const stuck = await programStory(stuckWith('failed: 25006 read-only transaction'));
    expect(renderHtml(stuck, judge(stuck)))
      .to.match(/1 program, 2 clients stuck/)
      .and.to.match(/2 of 4 never/);
  });

  it('proposes the setting that ends a pinning, in the library’s own words, and how to try it', async () => {
    const run = await programStory({
      ...stuckWith('failed: 25006 read-only transaction'),
      use: 'psycopg-pool:path=hosts',
    });
    const [advice] = adviceFor(run, programResults(run)[0]!);
    expect(advice).to.deep.include({ stuck: 'pinned', clients: 2, error: '25006 read-only transaction' });
    expect(advice!.ways[0]).to.deep.equal({
      snippet: 'AsyncConnectionPool("postgresql://user@pg-1,pg-2,pg-3/app?target_session_attrs=read-write")',
      trial: 'psycopg-pool:path=hosts,target_session_attrs=read-write',
      costs: 'a new connection asks each server whether it takes writes: one round trip',
    });
    expect(renderHtml(run, judge(run)))
      .to.contain('--client psycopg-pool:path=hosts,target_session_attrs=read-write')
      .and.to.contain('Or set');
  });

  it('proposes an address that follows the primary where the library has no setting', async () => {
    const run = await programStory({ ...stuckWith('failed: 25006 read-only transaction'), use: 'pg-pool:path=hosts' });
    expect(adviceFor(run, programResults(run)[0]!)[0]?.ways[0]?.trial).to.equal('pg-pool:path=direct');
  });

  it('distinguishes a client that waits for ever from one that gets errors, and says where it knows no setting', async () => {
    const kind = async (error: string) => {
      const run = await programStory(stuckWith(error));
      return adviceFor(run, programResults(run)[0]!)[0];
    };
    expect((await kind('unknown: no outcome was reported'))?.stuck).to.equal('silent');
    expect((await kind('failed: not sent: no connection'))?.stuck).to.equal('silent');
    expect((await kind('unknown: 26000 prepared statement … does not exist'))?.stuck).to.equal('prepared');
    const other = await kind('unknown: ECONNREFUSED');
    expect(other).to.deep.include({ stuck: 'refused', ways: [] });
  });
});
