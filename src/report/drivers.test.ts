import { expect } from 'chai';
import { crash } from '../journal/stories.ts';
import { programStory } from '../measure/clients/test-program.ts';
import { judge } from '../measure/judge.ts';
import { driverPoints, renderDrivers } from './drivers.ts';

const levels = { fault: 'crash', path: 'hosts' };
const stuckStory = {
  outcome: (worker: number, at: number) =>
    worker < 2 && at >= crash.at
      ? 'failed: 25006 read-only transaction'
      : at >= crash.at && at < crash.routed
        ? 'unknown: ECONNRESET'
        : 'ok',
};

describe('the report of drivers', () => {
  it('shows every run of a driver, who never came back, and the setting for it', async () => {
    const [fine, stuck] = [await programStory(), await programStory(stuckStory)];
    const points = [fine, stuck].flatMap((run) => driverPoints(run, judge(run), levels));
    const named = points.map((point) => ({
      ...point,
      advice: point.advice.map((one) => ({ ...one, snippet: 'a=b', trial: 'p:a=b', costs: 'little' })),
    }));
    const text = renderDrivers({ stack: 'lab', points: named, missing: 1 });
    expect(text).to.match(/## crash, hosts/);
    expect(text).to.match(/\| p \| \d\.\d s · 2 of 4 never \| 0 · 80 \| 44 · 22 \| 0 · 80 \| 0 \| 0 \|/);
    expect(text).to.contain('1 runs are missing');
    expect(text).to.match(
      /\*\*p\*\* stayed connected to a server that takes no writes \(crash, hosts; last error: 25006 read-only transaction\)\. Set `a=b`/,
    );
  });

  it('does not count a program that broke the protocol', async () => {
    const run = await programStory({ trouble: 'reported nothing for 15 s' });
    const points = driverPoints(run, judge(run), levels);
    expect(points[0]!.trouble).to.equal('reported nothing for 15 s');
    expect(renderDrivers({ stack: 'lab', points, missing: 0 })).to.match(/\| p \| in doubt \|/);
  });

  it('says so where nobody got stuck', async () => {
    const run = await programStory();
    expect(renderDrivers({ stack: 'lab', points: driverPoints(run, judge(run), levels), missing: 0 })).to.contain(
      'No client got stuck.',
    );
  });
});
