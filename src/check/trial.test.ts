import { expect } from 'chai';
import { checkAll } from './check.ts';
import { replicationAsynchronous } from './rules/replication-asynchronous.ts';
import { cnpg } from './rules/try-rule.ts';

const run = (file: string, name: string) => {
  const text = cnpg('Cluster', name, '  instances: 1\n  storage: { size: 1Gi }\n');
  const { findings, notes } = checkAll([{ file, text }], { nowMs: 0 });
  return { rules: findings.map(({ rule }) => rule), notes: notes.map(({ text: note }) => note) };
};

describe('examples and trials', () => {
  it('are known by a word of their name or of a folder', () => {
    for (const [file, name] of [
      ['a.yaml', 'cluster-example'],
      ['a.yaml', 'example2'],
      ['a.yaml', 'shop-canary'],
      ['demo/a.yaml', 'pg'],
      ['cnpg-playground/x/a.yaml', 'pg'],
    ] as const) {
      expect(run(file, name).rules, `${file} ${name}`).to.eql([]);
      expect(run(file, name).notes, `${file} ${name}`).to.have.length(1);
    }
  });

  it('are counted by rule, and reported where the user names the rule', () => {
    const file = { file: 'a.yaml', text: cnpg('Cluster', 'pg-demo', '  instances: 2\n  storage: { size: 1Gi }\n') };
    expect(checkAll([file], { nowMs: 0 }).notes[0]!.text).to.match(
      /^Cluster db\/pg-demo: named as an example or a trial; not reported, as it matters in production: [a-z-]+ 1, [a-z-]+ 1, /,
    );
    const named = checkAll([file], { nowMs: 0, rules: [replicationAsynchronous], areRulesNamed: true });
    expect(named.findings.map(({ rule }) => rule)).to.eql(['replication-asynchronous']);
    expect(named.notes).to.eql([]);
  });

  it('are not other names that hold such a word', () => {
    for (const name of ['demographics', 'epoch', 'pg-counterexamples'])
      expect(run('a.yaml', name).rules, name).to.include('single-instance');
  });
});
