import { expect } from 'chai';
import type { Client } from 'pg';
import { backupKind, type KubeObject, podKind } from '../objects.ts';
import { takeBackup } from './take.ts';
import { backedUpInMemory } from './test-site.ts';

const options = { signal: new AbortController().signal, withinMs: 100, progress: () => {} };
const neverAsked = async (): Promise<Client> => {
  throw new Error('nobody is asked');
};
const instance = {
  ...podKind,
  metadata: { name: 'postgres-1', labels: { 'cnpg.io/cluster': 'postgres', 'cnpg.io/podRole': 'instance' } },
  spec: { containers: [{ name: 'postgres' }] },
} as KubeObject;

/** Why a backup failed whose Backup has this status, and while which an instance wrote this. */
async function failureOf(status: Record<string, unknown>, log: string): Promise<string> {
  const at = await backedUpInMemory(() => {});
  const kube = {
    create: async () => {},
    read: async () => ({ ...backupKind, metadata: { name: 'b' }, status }),
    list: async () => [instance],
    log: async () => log,
  };
  return takeBackup({ ...at, kube: kube as never }, neverAsked, options).then(
    () => 'it went well',
    (error: Error) => error.message,
  );
}

describe('a base backup by CloudNativePG', () => {
  it('that failed is reported with what Barman said in the instance', async () => {
    const status = { phase: 'failed', error: 'unexpected failure invoking barman-cloud-backup: exit status 2' };
    expect(
      await failureOf(status, 'ERROR: An error occurred (403) when calling the HeadBucket operation: Forbidden'),
    ).to.match(/^the base backup failed: the object store refuses the credentials \(/);
  });

  it('that is not complete in time is reported with why nothing is archived', async () => {
    expect(
      await failureOf({ phase: 'running' }, 'ERROR: WAL archive check failed for server srv: Expected empty archive'),
    ).to.match(/^the base backup failed: the archive holds the WAL of another cluster/);
  });

  it('that is not complete in time, with nobody to say why, is reported with its phase', async () => {
    expect(await failureOf({ phase: 'running' }, '')).to.match(
      /^the base backup failed: waited 0.1 s for the backup \S+ to be complete, without success: its phase is running/,
    );
  });
});
