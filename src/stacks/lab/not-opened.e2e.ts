/** A real lab that does not come up. */
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { SetupError } from '../../errors.ts';
import { topologySchema } from '../../scenario/topology.ts';
import { labStack } from './index.ts';
import { hostFolders } from './paths.ts';

describe('a lab that does not come up', function () {
  this.timeout(120_000);
  let folder: string;
  before(async function possible() {
    const why = await labStack.unavailable();
    if (why) {
      console.log(`    skipped: ${why}`);
      this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-not-opened-'));
  });
  after(() => folder && rm(folder, { recursive: true }));

  it('keeps the logs of its hosts, says where they are, and leaves nothing else', async () => {
    let id = '';
    // Before a host is started, what it runs is taken away.
    const progress = (step: string) => {
      [, id = id] = /^lab (\w+): making/.exec(step) ?? [];
      if (step.startsWith('starting etcd')) rmSync(join(hostFolders(id, 'etcd1').config, 'init'));
    };
    const topology = topologySchema.parse({ instances: 1, durability: 'asynchronous' });
    const opening = labStack.open({ topology, folder, signal: new AbortController().signal, progress });
    const error = (await opening.catch((reason: unknown) => reason)) as Error;
    expect(error).to.be.instanceOf(SetupError);
    expect(error.message).to.contain(`the logs of its hosts are in ${join(folder, 'lab')}`);
    expect(await readFile(join(folder, 'lab', 'etcd1', 'boot.log'), 'utf8')).to.contain('/etc/pgdrill/init');
    expect((await labStack.residue(id)).found).to.deep.equal([]);
  });
});
