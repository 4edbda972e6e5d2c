import { expect } from 'chai';
import { connectionUnencrypted } from './rules/connection-unencrypted.ts';
import { failoverDelayed } from './rules/failover-delayed.ts';
import { poolerSessionMode } from './rules/pooler-session-mode.ts';
import { singleInstance } from './rules/single-instance.ts';
import { cnpg, linesOf } from './rules/try-rule.ts';
import { walArchiveMissing } from './rules/wal-archive-missing.ts';

const single = (comment: string) => cnpg('Cluster', 'pg', `  # ${comment}\n  instances: 1\n  storage: { size: 1Gi }\n`);

describe('comments that accept a finding', () => {
  it('say that one instance is meant', () => {
    for (const reason of [
      'Single instance for homelab',
      'one instance is sufficient',
      'Scaled 3 -> 1, measured',
      'the data is disposable',
    ])
      expect(linesOf(singleInstance, single(reason)), reason).to.eql([]);
    for (const label of [
      'Number of instances',
      'data is NOT disposable',
      'instances: 3',
      'TODO: one instance only',
      'WARNING: single instance!',
      'RIGHT: single instance',
      'not a throw-away restore',
    ])
      expect(linesOf(singleInstance, single(label)), label).to.have.length(1);
  });

  it('say so anywhere in the manifest, and at the head of its file', () => {
    const text = `${single('x')}  # DATA IS DISPOSABLE, no backups\n`;
    expect(linesOf(singleInstance, text)).to.eql([]);
    expect(linesOf(walArchiveMissing, text)).to.eql([]);
    const head = `# Test manifests for the observer\n---\n${single('x')}`;
    expect(linesOf(singleInstance, head)).to.eql([]);
    expect(
      linesOf(singleInstance, `${single('one instance')}---\n${single('x').replace('name: pg', 'name: other')}`),
    ).to.eql(['1.yaml:18']);
  });

  it('must stand at the setting where only that setting is meant', () => {
    const delayed = (above: string) => cnpg('Cluster', 'pg', `  instances: 3\n${above}  failoverDelay: 30\n`);
    const spec = '  storage: { size: 1Gi }\n';
    expect(linesOf(failoverDelayed, delayed(`${spec}  # Short stalls do not need a failover.\n`))).to.eql([]);
    expect(linesOf(failoverDelayed, delayed(`  # Failover\n${spec}`))).to.have.length(1);
  });

  it('give the reason for a connection without TLS; its format alone is not one', () => {
    const cluster = cnpg('Cluster', 'pg', '  instances: 3\n  storage: { size: 1Gi }\n');
    const map = (comment: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: app, namespace: db }\ndata:\n  # ${comment}\n  url: postgresql://u@pg-rw/x?sslmode=disable\n`;
    expect(linesOf(connectionUnencrypted, cluster, map('Plaintext is fine within the mesh.'))).to.eql([]);
    expect(linesOf(connectionUnencrypted, cluster, map('Format: postgres://u:p@host/db?sslmode=disable'))).to.eql([
      '2.yaml:6',
    ]);
  });

  it('say why a pooler is in session mode', () => {
    const pooler = (comment: string) =>
      cnpg('Pooler', 'pool', `  # ${comment}\n  cluster: { name: pg }\n  pgbouncer: {}\n`);
    expect(linesOf(poolerSessionMode, pooler('The session pooler, for advisory locks.'))).to.eql([]);
    expect(linesOf(poolerSessionMode, pooler('The pooler.'))).to.have.length(1);
  });
});
