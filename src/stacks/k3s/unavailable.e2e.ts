/** What a user sees before anything is started, by the command line. */
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { after, before, beforeEach, describe, it } from 'mocha';

/** What an engine says of itself. */
interface Engine {
  Version: string;
  OSType: string;
  MemTotal: number;
}
const good: Engine = { Version: '27.3.1', OSType: 'linux', MemTotal: 2 ** 36 };

describe('the k3s stack, where it cannot run', function suite() {
  this.timeout(60_000);
  let engine: Engine;
  let server: Server;
  let host: string;

  // An engine that is too old, or has no image, cannot be had on the machine that has a good one.
  before(async () => {
    server = createServer(({ url = '' }, response) => {
      const known = /\/(info|version|_ping)$/.test(url);
      response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
      const { Version, OSType, MemTotal } = engine;
      response.end(
        JSON.stringify(known ? { Version, ServerVersion: Version, OSType, MemTotal } : { message: 'no such image' }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => void server.close());
  beforeEach(() => {
    engine = { ...good };
  });

  async function refusal(env: Record<string, string>): Promise<string> {
    const out = join(tmpdir(), `pgdrill-unavailable-${process.pid}`, 'runs');
    const argv = ['src/cli/main.ts', 'run', 'steady', '--stack', 'k3s', '--out', out];
    const { exitCode, stderr } = await execa(process.execPath, argv, {
      env: { PGDRILL_OPERATOR_MANIFEST: 'package.json', PGDRILL_K3S_IMAGE: '', PGDRILL_IMAGES: '', ...env },
      reject: false,
    });
    expect(exitCode, stderr).to.equal(2);
    expect(stderr.split('\n'), 'one sentence').to.have.length(1);
    expect(existsSync(dirname(out)), 'nothing is left').to.equal(false);
    return stderr;
  }

  it('says that no Docker answers, and what to use instead', async () => {
    expect(await refusal({ DOCKER_HOST: 'tcp://127.0.0.1:1' })).to.match(
      /needs Docker, but none answers .*--stack lab/,
    );
  });

  it('says that Docker is too old', async () => {
    engine.Version = '20.10.5';
    expect(await refusal({ DOCKER_HOST: host })).to.match(
      /needs Docker 23 or newer .* but this is 20\.10\.5; upgrade it/,
    );
  });

  it('says that Docker runs other containers than those of Linux', async () => {
    engine.OSType = 'windows';
    expect(await refusal({ DOCKER_HOST: host })).to.include(
      'needs Docker with Linux containers, but this one runs windows',
    );
  });

  it('says how much memory is missing', async () => {
    engine.MemTotal = 2 ** 31;
    expect(await refusal({ DOCKER_HOST: host })).to.match(/needs 5 GiB of free memory, but Docker has 2\.0; /);
  });

  it('says that the image of the nodes can neither be found nor pulled, and how to bring it', async () => {
    const message = await refusal({ DOCKER_HOST: host, PGDRILL_K3S_IMAGE: 'nobody/none:1' });
    expect(message).to.match(/image nobody\/none:1 of the nodes is not in Docker and cannot be pulled .*docker load/);
  });
});
