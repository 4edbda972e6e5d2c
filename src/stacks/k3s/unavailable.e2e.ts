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
/** An engine that has the image, makes a container of it and does not start one that is privileged, as rootless Docker does. */
function privileged(method: string, url: string): [number, object] | undefined {
  if (/\/images\/rootless.*\/json$/.test(url)) return [200, { Id: 'sha256:1' }];
  if (/\/containers\/create/.test(url)) return [201, { Id: 'c1' }];
  if (/\/containers\/c1\/start$/.test(url)) return [500, { message: 'mount proc: operation not permitted' }];
  if (method === 'DELETE' && url.includes('/containers/c1')) {
    removed++;
    return [200, {}];
  }
  return undefined;
}
let removed = 0;

const good: Engine = { Version: '27.3.1', OSType: 'linux', MemTotal: 2 ** 36 };

describe('the k3s stack, where it cannot run', function suite() {
  this.timeout(60_000);
  let engine: Engine;
  let server: Server;
  let host: string;

  // An engine that is too old, or has no image, cannot be had on the machine that has a good one.
  before(async () => {
    server = createServer(({ url = '', method = '' }, response) => {
      const answer = privileged(method, url);
      if (answer) {
        response.writeHead(answer[0], { 'content-type': 'application/json' });
        return void response.end(JSON.stringify(answer[1]));
      }
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

  it('says that Docker does not start privileged containers, in doctor too, and removes the one that it tried', async () => {
    const words =
      /^.*the nodes of the k3s stack are privileged containers, but Docker does not start one: .*operation not permitted.*; allow them \(rootless Docker and user namespaces do not\), or use --stack lab$/m;
    const env = { DOCKER_HOST: host, PGDRILL_K3S_IMAGE: 'rootless:1' };
    expect(await refusal(env)).to.match(words);
    expect(removed).to.equal(1);
    const argv = ['src/cli/main.ts', 'doctor'];
    const options = { env: { PGDRILL_OPERATOR_MANIFEST: 'package.json', PGDRILL_IMAGES: '', ...env }, reject: false };
    const { stdout } = await execa(process.execPath, argv, options);
    expect(stdout.split('\n').find((line) => line.includes('stack k3s')))
      .to.match(/^missing/)
      .and.match(words);
    expect(removed).to.equal(2);
  });

  it('says that the image of the nodes can neither be found nor pulled, and how to bring it', async () => {
    const message = await refusal({ DOCKER_HOST: host, PGDRILL_K3S_IMAGE: 'nobody/none:1' });
    expect(message).to.match(/image nobody\/none:1 of the nodes is not in Docker and cannot be pulled .*docker load/);
  });
});
