import { expect } from 'chai';
import { acceptedIn } from './accept.ts';
import { check, checkAll } from './check.ts';
import { rules } from './rules/index.ts';

const source = (file: string, text: string) => ({ file, text });
const pooler = (name: string) =>
  `apiVersion: postgresql.cnpg.io/v1\nkind: Pooler\nmetadata:\n  name: ${name}\nspec:\n  cluster: { name: pg }\n  pgbouncer: {}\n`;

describe('check', () => {
  it('gives findings by file and line', () => {
    const findings = check([source('b.yaml', pooler('b')), source('a.yaml', `${pooler('a')}---\n${pooler('c')}`)], 0);
    const places = findings.map((finding) => `${finding.file}:${String(finding.line).padStart(3, '0')}`);
    expect(places).to.eql([...places].sort());
    expect(new Set(findings.map((finding) => finding.file))).to.eql(new Set(['a.yaml', 'b.yaml']));
  });

  it('leaves out what an annotation accepts, and only that', () => {
    const accepted = pooler('a').replace(
      '  name: a',
      '  name: a\n  annotations: { pgdrill.dev/accept: pooler-login-retry }',
    );
    const ruleIds = (text: string) => check([source('a.yaml', text)], 0).map((finding) => finding.rule);
    expect(ruleIds(pooler('a'))).to.include.members(['pooler-login-retry', 'pooler-connect-timeout']);
    expect(ruleIds(accepted)).to.include('pooler-connect-timeout').and.not.include('pooler-login-retry');
  });

  it('counts no object where nothing belongs to CloudNativePG', () => {
    const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: s }\n';
    for (const sources of [[source('s.yaml', service)], [source('a', ''), source('b', 'x: 1')]])
      expect(checkAll(sources, { nowMs: 0 })).to.deep.include({ findings: [], objects: 0, broken: [] });
  });

  it('names a file that is not YAML, and checks the others', () => {
    const { findings, notes, broken } = checkAll(
      [source('a.yaml', pooler('a')), source('b.yaml', 'kind: x\n  y: [\n')],
      { nowMs: 0 },
    );
    expect(findings.length).to.be.greaterThan(2);
    expect(notes.map(({ text }) => text).join()).to.match(/^b.yaml:\d+:\d+: expected YAML, but: /);
    expect(broken, 'it mentions no object of CloudNativePG').to.eql([]);
  });

  it('reads reasons behind accepted rules', () => {
    const known = new Set(['a-rule', 'b-rule']);
    expect(acceptedIn('a-rule=one database, for tests; b-rule, c-rulle', known)).to.eql([
      { rule: 'a-rule', reason: 'one database, for tests' },
      { rule: 'b-rule', reason: undefined },
      { rule: 'c-rulle', reason: undefined },
    ]);
  });

  it('has rules whose names are stable words and unique', () => {
    for (const rule of rules) expect(rule.id).to.match(/^[a-z]+(-[a-z]+)+$/);
    expect(new Set(rules.map((rule) => rule.id)).size).to.equal(rules.length);
  });
});
