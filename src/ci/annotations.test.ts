import { expect } from 'chai';
import type { Finding } from '../check/finding.ts';
import type { GateReport } from '../report/gate/gate.ts';
import { workflowCommand } from '../workflow-command.ts';
import { annotateFindings, annotateGate } from './annotations.ts';

describe('annotations of GitHub', () => {
  it('stand at the line of a manifest', () => {
    const finding = {
      rule: 'pooler-login-retry',
      severity: 'info',
      title: 'A retry, late',
      file: 'db/pooler.yaml',
      line: 7,
      object: 'Pooler shop/rw',
      message: '100 % of clients\nwait',
    } as Finding;
    const [annotation] = annotateFindings([finding], (file) => `shop/${file}`);
    expect(workflowCommand(annotation!)).to.equal(
      '::notice file=shop/db/pooler.yaml,line=7,title=A retry%2C late (pooler-login-retry)::Pooler shop/rw: 100 %25 of clients%0Await',
    );
  });

  it('stand at the line of the limit that was broken or undecided, for scenarios that have a file here', () => {
    const check = (metric: string, outcome: string) => ({ metric, outcome });
    const gated = {
      runs: [{}, {}, {}],
      checks: [check('writeOutageMs', 'fail'), check('recoveryMs', 'unknown'), check('residue', 'pass')],
    };
    const report = {
      entries: [
        { scenario: 'mine', gated },
        { scenario: 'built-in', gated },
        { scenario: 'left-out', skipped: 'the stack cannot' },
      ],
    } as unknown as GateReport;
    const text = 'limits: {\n  writeOutageMs: { max: 1 },\n}';
    const found = annotateGate(report, new Map([['mine', { file: 'scenarios/mine.ts', text }]]));
    expect(found.map(({ level, line, title }) => [level, line, title])).to.deep.equal([
      ['error', 2, 'mine: writeOutageMs is beyond its limit'],
      ['warning', 1, 'mine: recoveryMs could not be decided'],
    ]);
  });
});
