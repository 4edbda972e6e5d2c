import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Verdict } from '../measure/verdict.ts';
import { type HistoryLine, historyLine } from '../report/history.ts';
import { sampleRun } from '../report/sample-run.ts';
import { sampleVerdict } from '../report/sample-verdict.ts';
import type { RunResult } from '../run/index.ts';
import { type Baseline, concludeGate, type Ran } from './gate.ts';
import { hear } from './in-process.ts';

const kept = (): Verdict =>
  sampleVerdict({
    outcome: 'pass',
    checks: sampleVerdict().checks.map((check) => ({ ...check, limit: { max: 1e9 }, outcome: 'pass' })),
  });

describe('the end of a gate', () => {
  let folder: string;
  let said: string;
  let restoreOutput: () => void;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-gate-'));
    said = '';
    restoreOutput = hear(process.stdout, (text) => {
      said += text;
    });
  });
  afterEach(async () => {
    restoreOutput();
    await rm(folder, { recursive: true });
  });

  const lineOf = async (run: string, outageMs = 45_200): Promise<HistoryLine> => {
    const line = historyLine(await sampleRun(), sampleVerdict());
    const writeOutageMs = { value: outageMs, lower: outageMs - 10, upper: outageMs + 10 };
    return { ...line, run, measured: { ...line.measured, writeOutageMs } };
  };
  const ran = async (verdict: Verdict, runs = 3): Promise<Ran> => {
    const results: RunResult[] = [];
    for (let i = 0; i < runs; i++)
      results.push({
        folder: 'reports/x',
        verdict,
        line: await lineOf(`now-${i}`, 45_200 + i),
        change: 'Nothing in these settings.',
        lastedMs: 90_000,
      });
    return { scenario: verdict.scenario, stack: 'lab', results };
  };
  const conclude = (one: Ran, baseline?: Baseline) => concludeGate([one], 3, join(folder, 'gate'), baseline);

  it('is 0 where every limit was kept, and leaves the three files', async () => {
    expect(await conclude(await ran(kept()))).to.equal(0);
    expect(await readdir(join(folder, 'gate'))).to.have.members(['junit.xml', 'summary.md', 'gate.json']);
    expect(JSON.parse(await readFile(join(folder, 'gate', 'gate.json'), 'utf8'))).to.include({ outcome: 'pass' });
    expect(said).to.contain('PASS gate: passed: primary-crash.').and.to.contain('3 of 3 planned runs');
  });

  it('is 1 for a broken limit, 2 for a plan that was not carried out, 2 where all was skipped', async () => {
    expect(await conclude(await ran(sampleVerdict()))).to.equal(1);
    expect(await conclude(await ran(kept(), 2))).to.equal(2);
    expect(await conclude({ scenario: 'x', stack: 'lab', results: [], skipped: 'no fault' })).to.equal(2);
  });

  it('is 1 for a regression within the limits, shown with its power; a run is not its own baseline', async () => {
    const earlier = await Promise.all([30_000, 30_010, 30_020, 30_030, 30_040].map((ms, i) => lineOf(`then-${i}`, ms)));
    const metrics = ['writeOutageMs'] as const;
    expect(await conclude(await ran(kept()), { runs: earlier, metrics })).to.equal(1);
    expect(said)
      .to.match(/^regression +primary-crash writeOutageMs: /m)
      .and.to.contain('power: 5 against 3 runs');
    const own = await Promise.all([0, 1, 2].map((i) => lineOf(`now-${i}`)));
    expect(await conclude(await ran(kept()), { runs: own, metrics })).to.equal(0);
    expect(said).to.contain('not comparable');
  });
});
