import { expect } from 'chai';
import { baselineOf, withoutBaseline } from './baseline.ts';
import { check } from './check.ts';
import { cluster, pooler } from './example.ts';
import type { Finding } from './finding.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const found = (text: string, nowMs = now): Finding[] => check([{ file: 'pg.yaml', text }], nowMs);
const withRetry = (seconds?: number): Finding[] => {
  const parameters = seconds === undefined ? '{}' : `{ server_login_retry: "${seconds}" }`;
  return found(pooler(`instances: 2\npgbouncer:\n  poolMode: transaction\n  parameters: ${parameters}`));
};
const since = (findings: readonly Finding[], text: string) => withoutBaseline(findings, text, 'baseline.json');
const rulesOf = ({ findings }: { findings: readonly Finding[] }) => findings.map(({ rule }) => rule);

describe('a baseline', () => {
  it('reports a finding again when a worse value replaces the default', () => {
    const { findings, hidden, fixed } = since(withRetry(60), baselineOf(withRetry()));
    expect(findings.map(({ rule, severity }) => [rule, severity])).to.eql([['pooler-login-retry', 'warning']]);
    expect(findings[0]?.message).to.match(/^server_login_retry is 60 s: .* It was baselined with another value\.$/);
    expect(hidden).to.equal(withRetry().length - 1);
    expect(fixed, 'the changed one is not gone').to.equal(0);
  });

  it('reports a value that returned after a baseline was written without it', () => {
    const text = baselineOf(withRetry(1));
    const { findings } = since(withRetry(60), text);
    expect(rulesOf({ findings })).to.eql(['pooler-login-retry']);
    expect(findings[0]?.message).not.to.contain('baselined');
  });

  it('hides findings whose line moved, beside which another setting was added, or whose sentence was reworded', () => {
    const body = (rest: string) => pooler(`instances: 2\npgbouncer:\n  poolMode: transaction${rest}`);
    const text = baselineOf(found(body('')));
    expect(since(found(`# A comment.\n${body('')}`), text).findings).to.eql([]);
    const more = found(body('\n  parameters: { server_connect_timeout: "3" }'));
    expect(since(more, text).findings).to.eql([]);
    const reworded = found(body('')).map((finding) => ({ ...finding, message: `So: ${finding.message}` }));
    expect(since(reworded, text).findings).to.eql([]);
  });

  it('hides an age that grows from day to day', () => {
    const live = (expires: string) =>
      `${cluster('instances: 1')}status:\n  certificates:\n    expirations:\n      pg-server: "${expires}"\n`;
    const text = baselineOf(found(live('2026-01-04 00:00:00 +0000 UTC')));
    expect(text).to.contain('certificate-expiring');
    const later = now + 2 * 86_400_000;
    expect(since(found(live('2026-01-04 00:00:00 +0000 UTC'), later), text).findings).to.eql([]);
    expect(rulesOf(since(found(live('2026-01-05 00:00:00 +0000 UTC'), later), text))).to.eql(['certificate-expiring']);
  });

  it('counts findings of one rule in one object by their values', () => {
    const [finding] = withRetry();
    const of = (...facts: string[]): Finding[] => facts.map((one) => ({ ...finding!, facts: one }));
    const text = baselineOf(of('a', 'b'));
    expect(since(of('b', 'a'), text)).to.include({ hidden: 2, fixed: 0 });
    expect(since(of('b'), text)).to.include({ hidden: 1, fixed: 1 });
    expect(since(of('b', 'c', 'd'), text).findings.map(({ message }) => message.includes('another value'))).to.eql([
      true,
      false,
    ]);
  });

  it('of an earlier pgdrill hides by count, and says that it has no values', () => {
    const { rule, file, object } = withRetry().find((one) => one.rule === 'pooler-login-retry')!;
    const old = JSON.stringify({ version: 1, findings: [{ rule, file, object, count: 1 }] });
    const compared = since(withRetry(60), old);
    expect(compared).to.include({ hidden: 1, fixed: 0, withoutValues: 1 });
    expect(rulesOf(compared)).not.to.include(rule);
    expect(since(withRetry(1), old).fixed).to.equal(1);
    expect(since(withRetry(), baselineOf(withRetry())).withoutValues).to.equal(0);
  });
});
