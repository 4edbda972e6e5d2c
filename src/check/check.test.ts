import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import { check } from './check.ts';
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

  it('refuses texts without any object of CloudNativePG, saying what they held', () => {
    const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: s }\n';
    expect(() => check([source('s.yaml', service)], 0)).to.throw(UsageError, 's.yaml held only Service');
    expect(() => check([source('a', ''), source('b', 'x: 1')], 0)).to.throw('2 files held no Kubernetes object at all');
  });

  it('has rules whose names are stable words and unique', () => {
    for (const rule of rules) expect(rule.id).to.match(/^[a-z]+(-[a-z]+)+$/);
    expect(new Set(rules.map((rule) => rule.id)).size).to.equal(rules.length);
  });
});
