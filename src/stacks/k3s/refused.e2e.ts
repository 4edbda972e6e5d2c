/** A start that the cluster itself refuses. `npm run test:k3s`; skipped with the reason elsewhere. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { after, before, describe, it } from 'mocha';
import { k3sStack } from './index.ts';

/** Kubernetes takes no namespace with such a name. */
const refused = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: Not_A_Name }\n';

describe('a start of k3s that the cluster refuses', function suite() {
  this.timeout(600_000);
  let folder: string;
  before(async function possible() {
    const why = await k3sStack.unavailable();
    if (why) {
      console.log(`    skipped: ${why}`);
      this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-refused-'));
  });
  after(async () => {
    if (folder) await rm(folder, { recursive: true });
  });

  it('says so with the API’s own words, keeps the logs of every node, and leaves nothing in Docker', async () => {
    const manifest = join(folder, 'operator.yaml');
    await writeFile(manifest, refused);
    const earlier = (await k3sStack.residue()).found;
    const argv = ['src/cli/main.ts', 'run', 'steady', '--stack', 'k3s', '--out', folder];
    const { exitCode, stdout } = await execa(process.execPath, argv, {
      env: { PGDRILL_OPERATOR_MANIFEST: manifest },
      reject: false,
    });
    expect(exitCode, stdout).to.equal(2);
    expect(stdout).to.match(
      /the cluster refused Namespace Not_A_Name: .*; logs and state of the cluster are in .*\/k3s/,
    );
    const run = (await readdir(folder)).find((name) => name.includes('-steady-k3s-'))!;
    expect(await readdir(join(folder, run, 'k3s'))).to.include.members([
      'node-server.log',
      'events.txt',
      'objects.yaml',
    ]);
    expect((await k3sStack.residue()).found).to.deep.equal(earlier);
  });
});
