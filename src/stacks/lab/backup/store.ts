/** The lab's object store as Barman's programs on a host see it: address, bucket, account. */
import type { ObjectStore } from '../../../object-store/object-store.ts';
import type { S3Account } from '../../../object-store/s3.ts';
import { requestFromClients } from '../control/from-clients.ts';
import { type Lab, singleHost } from '../lab.ts';
import { ports } from '../plan.ts';
import type { Secrets } from '../root/template.ts';

/** Where the backup drills write to, by the seed's name. */
export const bucket = 'postgres-backups';
/** What Barman calls the server: the folder in the bucket. */
export const serverName = 'pgdrill';
const destination = [`s3://${bucket}/`, serverName] as const;

export const adminAccount = (secrets: Secrets): S3Account => ({ accessKey: 'minio', secretKey: secrets.minio });

/** The store by its S3 interface, from the clients' network. */
export const objectStore = ({ state, secrets }: Lab): ObjectStore => ({
  host: singleHost(state, 'minio').address,
  port: ports.minio,
  bucket,
  account: adminAccount(secrets),
  send: (request, signal) => requestFromClients(state.id, request, signal),
});

/** The lines of an account that Barman (boto) reads. */
const credentials = ({ accessKey, secretKey, sessionToken }: S3Account): string =>
  [
    '[default]',
    `aws_access_key_id = ${accessKey}`,
    `aws_secret_access_key = ${secretKey}`,
    ...(sessionToken ? [`aws_session_token = ${sessionToken}`] : []),
    '',
  ].join('\n');

// Two attempts: PostgreSQL retries on its own, and a store that is down should be reported, not waited for.
const barmanScript = `#!/bin/sh
# barman PROGRAM ARGUMENT...: one of Barman's programs for the cloud, with the address and account of the store
export AWS_SHARED_CREDENTIALS_FILE=/etc/pgdrill/store-account AWS_DEFAULT_REGION=us-east-1
export AWS_EC2_METADATA_DISABLED=true AWS_RETRY_MODE=standard AWS_MAX_ATTEMPTS=2
program=$1
shift
exec "barman-cloud-$program" --endpoint-url http://minio:${ports.minio} "$@"
`;

/** Files under /etc/pgdrill with which a host reaches the store by this account. */
export const storeFiles = (account: S3Account): Record<string, string> => ({
  barman: barmanScript,
  'store-account': credentials(account),
});

/** One of Barman's programs, on a host that has `storeFiles`. `after` comes behind the bucket and the server's name. */
export const barman = (program: string, options: readonly string[], after: readonly string[] = []): string[] => [
  'sh',
  '/etc/pgdrill/barman',
  program,
  ...options,
  ...destination,
  ...after,
];

// At a low priority: compressing a segment must not take the processor from the clients that are measured.
export const archiveCommand = ['nice', ...barman('wal-archive', ['--gzip'], ['%p'])].join(' ');
export const restoreCommand = barman('wal-restore', [], ['%f', '%p']).join(' ');
