import { expect } from 'chai';
import { renderJson, reportSchema } from './json.ts';
import { sampleRun } from './sample-run.ts';
import { sampleVerdict } from './sample-verdict.ts';

describe('the JSON report', () => {
  it('holds the verdict whole, and what made it', async () => {
    const report = JSON.parse(renderJson(await sampleRun(), sampleVerdict()));
    expect(report.verdict).to.deep.equal(sampleVerdict());
    expect(report.run).to.include({ seed: 42, writes: 18_000, ended: true });
    expect(report.run.settings['patroni.ttl']).to.equal('20 s');
  });

  it('refuses a verdict that its schema does not describe', async () => {
    const run = await sampleRun();
    expect(() => renderJson(run, { ...sampleVerdict(), outcome: 'maybe' as 'pass' })).to.throw();
    expect(reportSchema.safeParse({}).success).to.equal(false);
  });

  it('reports a cut run as one', async () => {
    const report = JSON.parse(renderJson(await sampleRun({ end: undefined, stack: undefined }), sampleVerdict()));
    expect(report.run).to.deep.include({ ended: false, versions: {}, settings: {} });
  });
});
