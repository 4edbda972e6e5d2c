import { Duplex, PassThrough } from 'node:stream';
import { expect } from 'chai';
import { message } from '../../../load/test-messages.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { TestApi } from '../test-api.ts';
import { furnish } from '../test-furnished.ts';
import { healCluster } from './heal.ts';
import { drillResidue } from './residue.ts';

const leasePath = '/apis/coordination.k8s.io/v1/namespaces/db/leases/pgdrill-pg';

/** What PostgreSQL answers to a connection that it refuses. */
const refusal = (code: string, text: string): Duplex => {
  const output = new PassThrough();
  const fields = `SFATAL\0VFATAL\0C${code}\0M${text}\0\0`;
  const input = new PassThrough().once('data', () => output.end(message('E', Buffer.from(fields))));
  return Duplex.from({ readable: output, writable: input });
};
const answering = (at: ClusterAt, code: string, text: string): ClusterAt => {
  at.kube.stream = async () => refusal(code, text);
  return at;
};

describe('what a drill may have left', () => {
  let api: TestApi;
  let end: () => void;
  beforeEach(async () => {
    api = await TestApi.start();
    end = furnish(api);
  });
  afterEach(async () => {
    end();
    await api[Symbol.asyncDispose]();
  });

  it('is not in a database that was dropped', async () => {
    const at = answering(api.at(), '3D000', 'database "app" does not exist');
    const { found, checked } = await drillResidue(at, 'app');
    expect(found).to.deep.equal([]);
    expect(checked).to.include('schema pgdrill in app');
  });

  it('is not known where the database refuses the connection for another reason', async () => {
    const at = answering(api.at(), '53300', 'sorry, too many clients already');
    const error = await drillResidue(at, 'app').catch((why: Error) => why);
    expect(String(error)).to.include('too many clients');
  });

  it('is healed where the database of the drill was dropped: the lease goes', async () => {
    const annotations = { 'pgdrill.dev/undo': '[]', 'pgdrill.dev/database': 'app' };
    api.add(leasePath, { metadata: { name: 'pgdrill-pg', annotations }, spec: { holderIdentity: 'ada@host' } });
    const said: string[] = [];
    const at = answering(api.at(), '3D000', 'database "app" does not exist');
    const left = await healCluster(at, {
      ...{ say: (text: string) => void said.push(text), wait: false, signal: new AbortController().signal },
      pace: { everyMs: 10, deadAfterMs: 100 },
    });
    expect(left).to.deep.equal([]);
    expect(said).to.include('the database app no longer exists, nor does the schema pgdrill in it');
    expect(api.objects.has(leasePath)).to.equal(false);
  });
});
