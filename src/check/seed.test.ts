import { expect } from 'chai';
import { applyEdits } from './change/edit.ts';
import { check, checkAll } from './check.ts';
import type { Finding } from './finding.ts';
import { collect } from './tree/collect.ts';

const folder = 'fixtures/manifests/seed';
const postgres = 'infrastructure/data-layer/postgres';
const nowMs = Date.UTC(2026, 10, 1);

/** The article's mistakes by their number; 6 (a claim) and 7 (a command) are not of manifests. */
const mistakes: Readonly<Record<string, readonly [rule: string, ...places: string[]]>> = {
  '1 five fields make a daily backup hourly': ['backup-schedule-fields', `${postgres}/scheduled-backup.yaml:7`],
  '2 databases of roles that do not exist yet': [
    'bootstrap-role-missing',
    `${postgres}/cluster.yaml:28`,
    `${postgres}/cluster.yaml:29`,
    `${postgres}/cluster.yaml:32`,
    `${postgres}/cluster.yaml:33`,
  ],
  '3 secrets of roles without username': [
    'role-secret-format',
    `${postgres}/secrets.yaml:4`,
    `${postgres}/secrets.yaml:20`,
    `${postgres}/secrets.yaml:36`,
  ],
  '4 postgres-pooler-rw does not exist': ['pooler-service-unknown', 'apps/myapp-workers/staging/configmap.yaml:9'],
  '5 the application goes round the pooler': ['pooler-bypassed', 'apps/myapp-api/staging/configmap.yaml:8'],
  '8 lag in bytes that is in seconds': ['metric-lag-unit', `${postgres}/prometheusrule.yaml:12`],
  '8 a metric that does not exist': ['metric-unknown', `${postgres}/prometheusrule.yaml:18`],
  '9 a ServiceMonitor without a port': ['servicemonitor-without-port', `${postgres}/servicemonitor.yaml:11`],
  '10 the outdated label role': ['instance-role-label', `${postgres}/nodeport.yaml:10`],
  '11 a recovery cluster without storage': ['storage-missing', 'recovery-cluster.yaml:4'],
  '12 promotion without synchronous replication': ['replication-asynchronous', `${postgres}/cluster.yaml:10`],
  '13 an image below the cluster’s': ['image-downgrade', `${postgres}/upgrade-patch.yaml:8`],
};

/** What else hurts in a failover, beside the thirteen. */
const besides = [
  ['barman-in-tree', `${postgres}/cluster.yaml:62`, 'recovery-cluster.yaml:15'],
  ['connection-unencrypted', 'apps/myapp-api/staging/configmap.yaml:13'],
  ['instances-on-one-node', `${postgres}/cluster.yaml:6`],
  ['pooler-connect-timeout', `${postgres}/pooler.yaml:13`],
  ['pooler-dead-connections', `${postgres}/pooler.yaml:13`],
  ['pooler-login-retry', `${postgres}/pooler.yaml:13`],
  ['poolers-on-one-node', `${postgres}/pooler.yaml:4`],
  ['smart-shutdown-with-pooler', `${postgres}/cluster.yaml:6`],
  ['wal-unbounded', `${postgres}/cluster.yaml:51`],
] as const;

describe('the manifests of the article', () => {
  let findings: Finding[];
  before(async () => {
    findings = check((await collect([folder], process.stdin)).sources, nowMs);
  });
  const placesOf = (rule: string) =>
    findings
      .filter((finding) => finding.rule === rule)
      .map(({ file, line }) => `${file.slice(folder.length + 1)}:${line}`);

  for (const [mistake, [rule, ...places]] of Object.entries(mistakes))
    it(`hold mistake ${mistake}`, () => expect(placesOf(rule)).to.have.members(places));

  for (const [rule, ...places] of besides)
    it(`besides show ${rule}`, () => expect(placesOf(rule)).to.have.members(places));

  it('give no finding beyond these', () => {
    const expected = [...Object.values(mistakes), ...besides].map(([rule]) => rule);
    expect([...new Set(findings.map((finding) => finding.rule))]).to.have.members([...new Set(expected)]);
  });

  it('say with each what happens, where it is documented, and how to change it', () => {
    for (const finding of findings) {
      expect(finding.message, finding.rule).to.match(/^[A-Z$a-z].{40,}\.$/);
      expect(finding.documentation, finding.rule).to.match(/^https:\/\//);
      expect(finding.change, finding.rule).to.match(/^--- a\/.*\n\+\+\+ b\/.*\n@@ /);
    }
  });

  it('are without findings once every change has been made', async () => {
    let sources = (await collect([folder], process.stdin)).sources;
    for (let round = 0; round < 60; round++) {
      const { findings: left, edits } = checkAll(sources, { nowMs });
      const change = left.map((finding) => edits.get(finding)!).find((list) => list.length > 0);
      if (!change) break;
      sources = sources.map((source) => ({
        file: source.file,
        text: applyEdits(
          source.text,
          change.filter((edit) => edit.source === source),
        ),
      }));
    }
    expect(check(sources, nowMs)).to.eql([]);
  });
});
