import { expect } from 'chai';
import { crash } from '../journal/stories.ts';
import { programStory } from '../measure/clients/test-program.ts';
import { judge } from '../measure/judge.ts';
import { driverPoints, renderDrivers, whyNoPoint } from './drivers.ts';

const levels = { fault: 'crash', path: 'hosts', variant: 'default' };
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
      advice: point.advice.map((one) => ({
        ...one,
        ways: ['b', 'c'].map((set) => ({ snippet: `a=${set}`, trial: `p:path=hosts,a=${set}`, costs: 'little' })),
      })),
    }));
    const text = renderDrivers({ stack: 'lab', points: named, missing: 1 });
    expect(text).to.match(/## crash, hosts/);
    expect(text).to.match(/\| p \| \d\.\d s · 2 of 4 never \| 0 · 80 \| 44 · 22 \| 0 · 80 \| 0 \| 0 \|/);
    expect(text).to.contain('1 runs are missing');
    expect(text).to.contain(`### p

It stayed connected to a server that takes no writes (crash, hosts; last error: 25006 read-only transaction).

Set

\`\`\`
a=b
\`\`\`

Cost: little. To try it: \`--client p:path=hosts,a=b\`.

Or set

\`\`\`
a=c
\`\`\``);
    expect(text).to.contain('A health check that only reads');
    expect(text).to.contain("pgdrill drivers --out reports/proposed \\\n  --client 'p:a=b'\n");
  });

  it('sets what is proposed beside the defaults, with its snippets and costs', async () => {
    const use = 'pgx-pool:path=hosts';
    const [fine, stuck] = [await programStory({ use }), await programStory({ ...stuckStory, use })];
    const points = [
      ...driverPoints(stuck, judge(stuck), levels),
      ...driverPoints(fine, judge(fine), { ...levels, variant: 'proposed' }),
    ];
    const text = renderDrivers({ stack: 'lab', points, missing: 0 });
    expect(text).to.match(
      /## In short[^#]*### crash\n\n\| program \| hosts \|\n.*\n\| p \| 2 of 4 never → \d\.\d s \|/,
    );
    expect(text).to.match(/\| p, proposed \| \d\.\d s \|/);
    expect(text).to.match(
      /\| p \| hosts \| `pgxpool\.New.*connect_timeout=5.*target_session_attrs.*\| a statement .*one round trip \|/,
    );
    // A report of defaults alone has none of it.
    expect(renderDrivers({ stack: 'lab', points: points.slice(0, 1), missing: 0 })).not.to.contain('In short');
  });

  it('does not count a program that broke the protocol', async () => {
    const run = await programStory({ trouble: 'reported nothing for 15 s' });
    const points = driverPoints(run, judge(run), levels);
    expect(points[0]!.trouble).to.equal('reported nothing for 15 s');
    expect(renderDrivers({ stack: 'lab', points, missing: 0 })).to.match(/\| p \| in doubt \|/);
  });

  it('counts a run in which the machine was too busy, and marks its times', async () => {
    const run = await programStory();
    const stall = { seq: 1, tUs: 20e6, kind: 'stall', source: 'probes', fromUs: 10e6, untilUs: 20e6 } as const;
    const busy = { ...run, stalls: [...run.stalls, stall] } as typeof run;
    const { doubts } = judge(busy);
    expect(doubts.join()).to.match(/the load generator itself stood still/);
    expect(whyNoPoint(busy, { doubts })).to.equal(undefined);
    const points = driverPoints(busy, { doubts }, levels);
    expect(points[0]!.busy).to.match(/stood still/);
    expect(renderDrivers({ stack: 'lab', points, missing: 0 })).to.match(/\| p \| ≈ \d\.\d s \|/);
  });

  it('discards a run whose evidence is not whole, whatever its programs did', async () => {
    const run = await programStory();
    expect(whyNoPoint(run, { doubts: ['the ledger was not read'] })).to.equal('the ledger was not read');
    const broken = await programStory({ trouble: 'reported nothing for 15 s' });
    expect(whyNoPoint(broken, judge(broken))).to.equal(undefined);
  });

  it('says so where nobody got stuck', async () => {
    const run = await programStory();
    expect(renderDrivers({ stack: 'lab', points: driverPoints(run, judge(run), levels), missing: 0 })).to.contain(
      'No client got stuck.',
    );
  });
});
