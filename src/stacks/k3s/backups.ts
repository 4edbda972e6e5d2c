/** Backups of the k3s stack: CloudNativePG's, in the MinIO that the stack brings along. */

import type { ObjectStore } from '../../object-store/object-store.ts';
import type { S3Account } from '../../object-store/s3.ts';
import { send } from '../../object-store/send.ts';
import type { Backups } from '../backups.ts';
import { nodePorts } from '../cnpg/api/ports.ts';
import { clusterBackups } from '../cnpg/backup/index.ts';
import { bucketName } from '../cnpg/names.ts';
import { refTo, type Secret, secretKind } from '../cnpg/objects.ts';
import { type K3s, reach } from './cluster.ts';
import { connectInstance, currentPrimary } from './connect.ts';

/** @throws SetupError where the Cluster archives nothing */
export async function k3sBackups(k3s: K3s): Promise<Backups> {
  const { kube, server, routable } = k3s;
  const { site } = k3s.installation;
  const reachable = (port: number) => reach(server, port, routable);
  const store: ObjectStore = { ...reachable(nodePorts.minio), bucket: bucketName, account: await owner(k3s), send };
  const at = { kube, site, store, restorePort: nodePorts.restore, reach: reachable };
  return clusterBackups(at, async () => connectInstance(k3s, await currentPrimary(k3s), site.database));
}

async function owner({ kube, installation: { site } }: K3s): Promise<S3Account> {
  const secret = await kube.read<Secret>(refTo(secretKind, 'minio-credentials', site.namespace));
  const value = (key: string) => Buffer.from(secret?.data?.[key] ?? '', 'base64').toString();
  return { accessKey: value('access-key'), secretKey: value('secret-key') };
}
