import { expect } from 'chai';
import { backupCause } from '../../backup/cause.ts';
import { podKind } from '../objects.ts';
import { complaintsIn, complaintsOf } from './complaints.ts';
import { siteInMemory } from './test-site.ts';

const always = new Date(0);

/** What CloudNativePG 1.30 wrote where a Cluster archived to a folder that held another's WAL, and with wrong credentials. */
const notEmpty = `{"level":"info","ts":"2026-11-23T02:58:50.074891015Z","logger":"barman-cloud-check-wal-archive","msg":"2026-11-23 02:58:50,074 [45] ERROR: WAL archive check failed for server postgres: Expected empty archive","pipe":"stderr","logging_pod":"other-1"}
{"level":"error","ts":"2026-11-23T02:58:51.189577156Z","logger":"wal-archive","msg":"Error invoking barman-cloud-check-wal-archive","logging_pod":"other-1","exitCode":-1,"error":"exit status 1"}
{"level":"info","ts":"2026-11-23T02:58:51.2Z","logger":"postgres","msg":"record","record":{"error_severity":"LOG","message":"archive command failed with exit code 1"}}
`;
const refused = `{"level":"info","ts":"2026-11-23T02:59:12.278899072Z","logger":"barman-cloud-check-wal-archive","msg":"2026-11-23 02:59:12,278 [39] ERROR: Barman cloud WAL archive check exception: An error occurred (403) when calling the HeadBucket operation: Forbidden","pipe":"stderr","logging_pod":"other-1"}
{"level":"error","ts":"2026-11-23T02:59:12.973638414Z","logger":"wal-archive","msg":"failed to run wal-archive command","logging_pod":"other-1","error":"unexpected failure invoking barman-cloud-wal-archive: exit status 4"}
`;

describe('what programs in pods complained of', () => {
  it('is reported in their own words, the newest first', () => {
    expect(complaintsIn(notEmpty, always)).to.deep.equal([
      'LOG: archive command failed with exit code 1',
      'Error invoking barman-cloud-check-wal-archive: exit status 1',
      '2026-11-23 02:58:50,074 [45] ERROR: WAL archive check failed for server postgres: Expected empty archive',
    ]);
  });

  it('holds the cause that the operator does not pass on', () => {
    expect(backupCause(complaintsIn(notEmpty, always).join('\n'))).to.match(/^the archive holds the WAL of another/);
    expect(backupCause(complaintsIn(refused, always).join('\n'))).to.match(/^the object store refuses the credentials/);
  });

  it('leaves out what was said before', () => {
    expect(complaintsIn(notEmpty, new Date('2026-11-23T02:58:51.195Z'))).to.have.lengthOf(1);
    expect(complaintsIn(notEmpty, new Date('2026-11-23T03:00:00Z'))).to.deep.equal([]);
  });

  it('is taken of plain text and of errors without a word for it, and of nothing else', () => {
    const log =
      'all is well\nFATAL: no room\n{"level":"error","msg":"while reading it"}\n{"level":"info","msg":"fine"}';
    expect(complaintsIn(log, always)).to.deep.equal(['error: while reading it', 'FATAL: no room']);
  });

  it('is empty where a log cannot be read', async () => {
    const at = siteInMemory(() => {});
    const log = async () => {
      throw new Error('the container is gone');
    };
    const pod = { ...podKind, metadata: { name: 'p' }, spec: { containers: [{ name: 'postgres' }] } };
    expect(await complaintsOf({ ...at, kube: { log } as never }, [pod])).to.deep.equal([]);
  });
});
