import { expect } from 'chai';
import { gate } from '../measure/gate.ts';
import type { OwnCheck, Verdict } from '../measure/verdict.ts';
import { gateReport } from './gate/gate.ts';
import { renderGateJunit } from './gate/junit.ts';
import { renderGateMarkdown } from './gate/markdown.ts';
import { type Reporter, reporters } from './index.ts';
import { sampleRun } from './sample-run.ts';
import { sampleVerdict } from './sample-verdict.ts';
import { summaryLines } from './terminal.ts';

const own: OwnCheck = {
  name: 'slowWrites',
  unit: 'count',
  means: 'writes slower than 1 s',
  limit: { max: 10 },
  outcome: 'fail',
  value: 11,
  lower: 11,
  upper: 11,
  evidence: [],
};
const verdict = sampleVerdict({ own: [own], outcome: 'fail' });

const junit = async (of: Verdict) => reporters.junit.render(await sampleRun(), of);

describe('reports on a measure that the scenario brings', () => {
  for (const [format, { render }] of Object.entries<Reporter>(reporters))
    it(`show it: ${format}`, async () => {
      expect(render(await sampleRun(), verdict, {}))
        .to.contain('slowWrites')
        .and.contain('11');
    });

  it('count it as a failure in JUnit', async () => {
    const before = /failures="(\d+)"/.exec(await junit(sampleVerdict()))![1];
    const after = /failures="(\d+)"/.exec(await junit(verdict))![1];
    expect(Number(after)).to.equal(Number(before) + 1);
  });

  it('show it on the terminal and in the gate', () => {
    expect(summaryLines(verdict).join('\n')).to.match(/✗ slowWrites +11 +limit ≤ 10 +1 beyond/);
    const report = gateReport([
      { scenario: 's', stack: 'lab', startedAt: '2026-11-30T00:00:00Z', seconds: 1, gated: gate('s', [verdict], 1) },
    ]);
    expect(renderGateMarkdown(report)).to.contain('| ❌ fail | `slowWrites` (every run) | fail in 1 of 1 runs |');
    expect(renderGateJunit(report)).to.contain('slowWrites ≤ 10');
  });
});
