import { expect } from 'chai';
import { synthetic } from '../../journal/synthetic.ts';
import { forbiddenPromotions, promotions } from './promotions.ts';

/** pg-1 dies, and the one given takes over: pg-2 was synchronous, pg-3 was not. */
const takenOverBy = (name: string, durability = 'required') =>
  synthetic({ durability })
    .role(0, 'sql', 'pg-1', 'primary', 1)
    .replica('pg-2', [1, 2, 19], { syncState: 'sync' })
    .replica('pg-3', [1, 2, 19], { syncState: 'async' })
    .role(40, 'sql', name, 'primary', 2);

describe('promotions', () => {
  it('are every change of the primary, whichever it is', async () => {
    const twice = takenOverBy('pg-2').role(60, 'sql', 'pg-1', 'primary', 3).role(61, 'sql', 'pg-1', 'primary', 3);
    expect(promotions(await twice.run())).to.include({ value: 2, note: 'pg-2 on timeline 2, pg-1 on timeline 3' });
  });

  it('are what the instances say, not the platform, and cite who said so', async () => {
    const run = await takenOverBy('pg-2')
      .role(30, 'platform', 'pg-3', 'primary', 9)
      .role(45, 'sql', 'pg-3', 'replica', 8)
      .role(50, 'sql', 'pg-2', 'primary')
      .role(60, 'sql', 'pg-1', 'primary', 3)
      .run();
    expect(promotions(run)).to.include({ value: 2, note: 'pg-2 on timeline 2, pg-1 on timeline 3' });
    const said = run.roles.filter(({ tUs }) => tUs === 40e6 || tUs === 60e6).map(({ seq }) => seq);
    expect(promotions(run).evidence).to.deep.equal(said);
  });

  it('are none where the primary stays, and unknown where nobody looked', async () => {
    const calm = synthetic().role(0, 'sql', 'pg-1', 'primary', 1).role(30, 'sql', 'pg-1', 'primary', 1);
    expect(promotions(await calm.run())).to.include({ value: 0 });
    expect(promotions(await synthetic().role(0, 'platform', 'pg-1', 'primary').run()).value).to.equal(null);
  });
});

describe('forbiddenPromotions', () => {
  it('are none where the synchronous standby took over', async () => {
    expect(forbiddenPromotions(await takenOverBy('pg-2').run())).to.include({ value: 0, note: '1 promotion' });
  });

  it('are one where another did, whether or not a write was lost', async () => {
    const found = forbiddenPromotions(await takenOverBy('pg-3').run());
    expect(found).to.include({ value: 1, note: '1 promotion; pg-3 was async' });
  });

  it('go by the last look at it as a standby, not by one as primary', async () => {
    const journal = takenOverBy('pg-2').replica('pg-2', [41, 42], { syncState: 'primary', timeline: 2 });
    expect(forbiddenPromotions(await journal.run()).value).to.equal(0);
  });

  it('go by the last look at it before it was promoted, while it streamed', async () => {
    const journal = takenOverBy('pg-2')
      .replica('pg-2', [25], { streaming: false, syncState: '' })
      .replica('pg-2', [50], { syncState: 'async' });
    expect(forbiddenPromotions(await journal.run()).value).to.equal(0);
    const deposed = takenOverBy('pg-3').replica('pg-3', [30], { syncState: 'primary' });
    expect(forbiddenPromotions(await deposed.run()).value, 'a look at it as a primary').to.equal(1);
  });

  it('are none where a member of a quorum took over', async () => {
    const journal = takenOverBy('pg-3').replica('pg-3', [30], { syncState: 'quorum' });
    expect(forbiddenPromotions(await journal.run()).value).to.equal(0);
  });

  it('cite who took over and the last look at it', async () => {
    const run = await takenOverBy('pg-3').role(41, 'platform', 'pg-3', 'elected').run();
    const role = run.roles.find(({ instance }) => instance === 'pg-3')!;
    const look = run.replicas.findLast(({ instance }) => instance === 'pg-3')!;
    expect(forbiddenPromotions(run).evidence).to.deep.equal([role.seq, look.seq]);
  });

  it('are unknown where nobody asked the instances, or looked at a standby that streamed', async () => {
    const note = 'not measurable: nobody looked at the standbys or their roles';
    const unasked = synthetic().replica('pg-2', [1]).role(0, 'platform', 'pg-1', 'primary');
    expect(forbiddenPromotions(await unasked.run())).to.include({ value: null, note });
    const unseen = synthetic().role(0, 'sql', 'pg-1', 'primary', 1).replica('pg-2', [1], { streaming: false });
    expect(forbiddenPromotions(await unseen.run())).to.include({ value: null, note });
  });

  it('are unknown where nobody saw it stream before', async () => {
    expect(forbiddenPromotions(await takenOverBy('pg-4').run()).value).to.equal(null);
  });

  it('are none where nobody took over, and nothing that an asynchronous topology forbids', async () => {
    const calm = synthetic().role(0, 'sql', 'pg-1', 'primary', 1).replica('pg-2', [1]);
    expect(forbiddenPromotions(await calm.run())).to.include({ value: 0, note: '0 promotions' });
    expect(forbiddenPromotions(await takenOverBy('pg-3', 'asynchronous').run()).value).to.equal(null);
  });
});
