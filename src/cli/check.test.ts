import { expect } from 'chai';
import { inProcess } from './in-process.ts';

const pgdrill = async (args: readonly string[], input = '') => {
  const { exitCode: code, out, err } = await inProcess(['check', ...args], input);
  return { code, out, err };
};

const pooler = (parameters: string) =>
  `apiVersion: postgresql.cnpg.io/v1\nkind: Pooler\nmetadata: { name: p }\nspec: { cluster: { name: c }, instances: 2, pgbouncer: { poolMode: transaction, parameters: {${parameters}} }, template: { spec: { containers: [], topologySpreadConstraints: [{}] } } }\n`;
const quick = 'server_login_retry: "1", server_connect_timeout: "3"';

describe('pgdrill check', () => {
  it('ends with 1 and the findings where there are any', async () => {
    const { code, out } = await pgdrill(['fixtures/manifests/seed']);
    expect(code).to.equal(1);
    expect(out).to.match(
      /\n14 errors, 11 warnings, 2 for information in 12 files\.\nFAIL check: 14 errors, 11 warnings in 12 files fail the check \(fail-on: warning\)\n$/,
    );
  });

  it('ends with 0 without findings, or with some for information only', async () => {
    expect(await pgdrill(['-'], pooler(`${quick}, tcp_user_timeout: "9000"`))).to.include({
      code: 0,
      out: 'Nothing found in 1 file; 1 object of CloudNativePG judged.\n',
    });
    expect(await pgdrill(['-'], pooler(quick)))
      .to.include({ code: 0 })
      .and.property('out')
      .contain('1 for information')
      .and.not.contain('FAIL');
  });

  it('writes an object a finding, with its rule, as json', async () => {
    const { out } = await pgdrill(['--format', 'json', '-'], pooler(''));
    expect((JSON.parse(out) as { rule: string }[]).map((finding) => finding.rule)).to.include('pooler-login-retry');
  });

  it('names in "Prove it" what the user named', async () => {
    const folder = 'fixtures/manifests/seed';
    expect((await pgdrill([folder])).out).to.contain(`--stack k3s --manifests ${folder}\n`);
    expect((await pgdrill(['-'], pooler(''))).out).to.contain('--stack k3s --manifests .\n');
  });

  it('ends with 3 and one sentence on bad input', async () => {
    for (const [args, sentence] of [
      [['nowhere.yaml'], 'nowhere.yaml names none.'],
      [['-'], '-:1:9: expected YAML, but: '],
      [[], 'got none.'],
      [['a.yaml', '--context', 'x'], 'got both.'],
      [['--context', 'x'], 'name the namespace of the database.'],
      [['--format', 'yaml', '-'], "'yaml' is invalid"],
    ] as const) {
      const { code, out, err } = await pgdrill(args, 'kind: "A');
      expect({ code, out }, err).to.eql({ code: 3, out: '' });
      expect(err)
        .to.contain(sentence)
        .and.not.match(/\n {4}at /);
    }
  });
});
