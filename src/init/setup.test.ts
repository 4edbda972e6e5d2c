/** What `npm start` does first, `scripts/setup.mjs`, with an npm that behaves as the one of Debian 12. */
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

const run = promisify(execFile);

describe('the set-up of a checkout', () => {
  let checkout: string;
  beforeEach(async () => {
    checkout = await mkdtemp(join(tmpdir(), 'pgdrill set-up '));
    await cp('scripts/setup.mjs', join(checkout, 'scripts/setup.mjs'));
    await writeFile(join(checkout, 'package-lock.json'), '{}\n');
    // npm 9 installs both packages with a program `node`, and removes its link with the one of the other architecture.
    const brought = join(checkout, 'brought');
    await mkdir(brought);
    await symlink(process.execPath, join(brought, 'node'));
    await mkdir(join(checkout, 'bin'));
    const folder = `node_modules/node-linux-${process.arch}`;
    const npm = `#!/bin/sh\nmkdir -p ${folder} node_modules/.bin && cp -R brought ${folder}/bin\n`;
    await writeFile(join(checkout, 'bin/npm'), npm);
    await chmod(join(checkout, 'bin/npm'), 0o755);
  });
  afterEach(() => rm(checkout, { recursive: true, force: true }));

  const setUp = (purpose: string) =>
    run(process.execPath, [join(checkout, 'scripts/setup.mjs'), purpose], {
      env: { PATH: `${join(checkout, 'bin')}:/usr/bin:/bin`, PGDRILL_LAB_PLACE: 'docker' },
    });

  it('makes the link to the packaged Node.js where npm has removed it, and installs once', async function once() {
    if (process.platform !== 'linux') this.skip();
    expect((await setUp('drill')).stdout).to.contain('npm packages into node_modules');
    const { stdout } = await run(join(checkout, 'node_modules/.bin/node'), ['--version']);
    expect(stdout.trim()).to.equal(process.version);
    expect((await setUp('drill')).stdout).to.equal('');
  });
});
