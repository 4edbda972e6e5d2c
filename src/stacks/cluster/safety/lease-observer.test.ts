import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { UsageError } from '../../../errors.ts';
import { TestApi } from '../test-api.ts';
import { durationS } from './lease.ts';
import { LeaseObserver, observeLease, usualObservePace } from './lease-observer.ts';

const path = '/apis/coordination.k8s.io/v1/namespaces/db/leases/pgdrill-pg';
const hourMs = 3_600_000;

describe('whether a drill is alive', () => {
  it('is decided by renewals that are seen, on the clock of the observer', () => {
    let nowMs = 1_000_000;
    const observer = new LeaseObserver(30_000, () => nowMs);
    const passed = (ms: number, stamp: string) => {
      nowMs += ms;
      return observer.note({ stamp });
    };
    expect(passed(0, 'a'), 'one look decides nothing').to.equal('unknown');
    expect(passed(29_999, 'a')).to.equal('unknown');
    expect(passed(0, 'b')).to.equal('alive');
    expect(passed(29_999, 'b')).to.equal('alive');
    expect(passed(1, 'b')).to.equal('dead');
    expect(passed(0, 'c'), 'it was only slow').to.equal('alive');
  });

  it('is known 30 s after the last renewal, of which a drill does one every 5 s', () => {
    expect(usualObservePace.deadAfterMs).to.equal(durationS * 1_000);
    expect(durationS).to.equal(30);
  });

  describe('on a cluster', () => {
    let api: TestApi;
    beforeEach(async () => {
      api = await TestApi.start();
    });
    afterEach(() => api[Symbol.asyncDispose]());
    const write = (renewTime: string | undefined) =>
      api.add(path, { metadata: { name: 'pgdrill-pg', uid: 'u' }, spec: { holderIdentity: 'ada@host', renewTime } });
    const observe = (said: string[] = []) =>
      observeLease(api.at(), {
        ...{ say: (text: string) => void said.push(text), signal: new AbortController().signal },
        pace: { everyMs: 10, deadAfterMs: 300 },
      });
    /** A drill whose clock is ahead by so much, and that renews its lease. */
    const renewing = async <T>(aheadMs: number, work: () => Promise<T>): Promise<T> => {
      const renew = () => write(new Date(Date.now() + aheadMs).toISOString());
      renew();
      const timer = setInterval(renew, 50);
      return work().finally(() => clearInterval(timer));
    };

    for (const [what, aheadMs] of [
      ['an hour behind', -hourMs],
      ['an hour ahead', hourMs],
      ['right', 0],
    ] as const) {
      it(`is seen where the clock of its holder is ${what}`, async () => {
        const observed = await renewing(aheadMs, () => observe());
        expect(observed?.alive).to.equal(true);
      });

      it(`is not believed where the lease is left unrenewed, and the clock of its holder was ${what}`, async () => {
        write(new Date(Date.now() + aheadMs).toISOString());
        const startedMs = performance.now();
        expect((await observe())?.alive).to.equal(false);
        expect(performance.now() - startedMs).to.be.at.least(300);
      });
    }

    it('is not believed of a lease that says it was renewed in a hundred years, or never', async () => {
      for (const renewTime of ['2126-11-30T00:00:00.000000Z', undefined, 'soon']) {
        write(renewTime);
        expect((await observe())?.alive, renewTime).to.equal(false);
      }
    });

    it('does not follow from other changes of the lease, such as the note of a watchdog', async () => {
      write(new Date().toISOString());
      const lease = api.objects.get(path)!;
      let notes = 0;
      const timer = setInterval(() => {
        const annotations = { 'pgdrill.dev/watched-by': `w${++notes}` };
        api.add(path, { ...lease, metadata: { ...lease.metadata, annotations } });
      }, 20);
      expect((await observe().finally(() => clearInterval(timer)))?.alive).to.equal(false);
      expect(notes).to.be.above(3);
    });

    it('is a question without an object where no lease exists, or it is given back meanwhile', async () => {
      expect(await observe()).to.equal(undefined);
      write(new Date().toISOString());
      const said: string[] = [];
      const observing = observe(said);
      await sleep(50);
      api.objects.delete(path);
      expect(await observing).to.equal(undefined);
      expect(said).to.deep.equal(['observing the lease of ada@host for up to 0.3 s: a drill that is alive renews it']);
    });

    it('cannot be asked by a user who may not read the lease', async () => {
      api.forbidden = /leases/;
      const error = await observe().catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(UsageError).with.property('message').that.includes('may not be read by this user');
    });
  });
});
