/** Rules about what a live cluster reports, on objects that the API server of a real CloudNativePG 1.30 sent. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { stringify } from 'yaml';
import { check } from '../check.ts';

interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
}
interface ClusterObject {
  metadata: { annotations?: Record<string, string> };
  spec: Record<string, unknown>;
  status: { conditions: Condition[]; [field: string]: unknown };
}

/** Fields of the specification that no observer reads were left out of the recording. */
const recorded = (): ClusterObject[] =>
  readFileSync('fixtures/api-traffic/crash/clusters.ndjson', 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { object: ClusterObject }).object)
    .map((object) => ({ ...object, spec: { ...object.spec, storage: { size: '1Gi' } } }));

const liveRules = new Set([
  'archiving-failing',
  'backup-failing',
  'certificate-expiring',
  'cluster-fenced',
  'disk-full',
  'role-not-reconciled',
]);

const found = (object: ClusterObject): string[] =>
  check([{ file: 'live.yaml', text: stringify(object) }], Date.UTC(2026, 10, 22, 18))
    .filter(({ rule }) => liveRules.has(rule))
    .map(({ rule }) => rule);

function withCondition(object: ClusterObject, condition: Condition): ClusterObject {
  const others = object.status.conditions.filter(({ type }) => type !== condition.type);
  return { ...object, status: { ...object.status, conditions: [...others, condition] } };
}

describe('rules about live clusters', () => {
  it('find nothing in a crash and its failover, event by event', () => {
    const objects = recorded();
    expect(objects.length).to.be.greaterThan(10);
    for (const object of objects) expect(found(object), JSON.stringify(object.status.conditions)).to.eql([]);
  });

  // The fields are those that the operator writes: `cluster_conditions.go`, `local.go`, `cluster_controller.go`,
  // `roles/runnable.go` and `cluster_status.go` of CloudNativePG 1.30.
  it('find what the operator writes into the same object when something fails', () => {
    const [, object] = recorded() as [ClusterObject, ClusterObject];
    const archiving = {
      type: 'ContinuousArchiving',
      status: 'False',
      reason: 'ContinuousArchivingFailing',
      message: 'unexpected failure invoking barman-cloud-wal-archive: exit status 4',
    };
    expect(found(withCondition(object, archiving))).to.eql(['archiving-failing']);
    const backup = {
      type: 'LastBackupSucceeded',
      status: 'False',
      reason: 'LastBackupFailed',
      message: 'exit status 1',
    };
    expect(found(withCondition(object, backup))).to.eql(['backup-failing']);
    const status = (fields: object) => ({ ...object, status: { ...object.status, ...fields } });
    expect(found(status({ phase: 'Not enough disk space' }))).to.eql(['disk-full']);
    const roles = { cannotReconcile: { shop: ['could not perform UPDATE on role shop: role "x" does not exist'] } };
    expect(found(status({ managedRolesStatus: roles }))).to.eql(['role-not-reconciled']);
    const expirations = {
      'postgres-server': '2026-11-24 17:00:14 +0000 UTC',
      'postgres-ca': '2027-02-20 17:00:14 +0000 UTC',
    };
    expect(found(status({ certificates: { expirations } }))).to.eql(['certificate-expiring']);
    const metadata = { ...object.metadata, annotations: { 'cnpg.io/fencedInstances': '["postgres-2"]' } };
    expect(found({ ...object, metadata })).to.eql(['cluster-fenced']);
  });
});
