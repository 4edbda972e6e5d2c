import { expect } from 'chai';
import { applyEdits } from './change/edit.ts';
import { checkAll } from './check.ts';
import { failoverDelayed } from './rules/failover-delayed.ts';
import { singleInstance } from './rules/single-instance.ts';
import { cnpg } from './rules/try-rule.ts';

const delayed = (name: string, seconds = 30) => ({
  file: `${name}.yaml`,
  text: cnpg('Cluster', name, `  instances: 3\n  failoverDelay: ${seconds}\n  storage: { size: 1Gi }\n`),
});
const single = (name: string, comment = '') => ({
  file: `${name}.yaml`,
  text: cnpg('Cluster', name, `  instances: 1${comment}\n  storage: { size: 1Gi }\n`),
});

describe('a habit', () => {
  it('is one finding, whose change fixes all objects', () => {
    const files = ['a', 'b', 'c', 'd', 'e'].map((name) => delayed(name));
    const { findings, edits } = checkAll(files, { nowMs: 0, rules: [failoverDelayed], areRulesNamed: true });
    expect(findings).to.have.length(1);
    expect(findings[0]!.message).to.match(/The same holds for 4 more Clusters \(b, c, d …\)\.$/);
    const change = edits.get(findings[0]!)!;
    const after = files.map((file) => ({
      file: file.file,
      text: applyEdits(
        file.text,
        change.filter(({ source }) => source === file),
      ),
    }));
    expect(checkAll(after, { nowMs: 0, rules: [failoverDelayed], areRulesNamed: true }).findings).to.eql([]);
  });

  it('begins with three, and holds only for what is the same', () => {
    const found = (...files: ReturnType<typeof delayed>[]) =>
      checkAll(files, { nowMs: 0, rules: [failoverDelayed], areRulesNamed: true }).findings.map(({ file }) => file);
    expect(found(delayed('a'), delayed('b'))).to.eql(['a.yaml', 'b.yaml']);
    expect(found(delayed('a'), delayed('b'), delayed('c'), delayed('d', 60))).to.eql(['a.yaml', 'd.yaml']);
  });

  it('is known where the owner explains the choice at one of the objects', () => {
    const found = (comment: string) =>
      checkAll([single('a', comment), ...['b', 'c', 'd', 'e'].map((name) => single(name))], {
        nowMs: 0,
        rules: [singleInstance],
      });
    expect(found('').findings).to.eql([]);
    expect(found('').accepted).to.equal(0);
    expect(found('  # one instance will do for the homelab').findings).to.eql([]);
    expect(found('  # one instance will do for the homelab').accepted).to.equal(5);
  });

  it('is counted in a note where it is a choice, and reported to those who ask for the rule', () => {
    const files = ['a', 'b', 'c', 'd'].map((name) => single(name));
    const { findings, notes } = checkAll(files, { nowMs: 0, rules: [singleInstance] });
    expect(findings).to.eql([]);
    expect(notes.map(({ text }) => text)).to.eql([
      'Cluster db/a and 3 more: single-instance not reported, as it is the same at so many of them (--rule single-instance reports it)',
    ]);
    const asked = checkAll(files, { nowMs: 0, rules: [singleInstance], areRulesNamed: true });
    expect(asked.findings).to.have.length(1);
    expect(asked.findings[0]).to.include({ severity: 'info', change: '' });
    const two = checkAll(files.slice(0, 2), { nowMs: 0, rules: [singleInstance] });
    expect(two.findings.map(({ severity, change }) => severity + change)).to.eql(['info', 'info']);
  });

  it('is reported at the file that is checked alone', () => {
    const files = ['a', 'b', 'c', 'd'].map((name) => delayed(name));
    const { findings } = checkAll([files[2]!], {
      nowMs: 0,
      rules: [failoverDelayed],
      areRulesNamed: true,
      context: files,
    });
    expect(findings.map(({ file }) => file)).to.eql(['c.yaml']);
  });
});
