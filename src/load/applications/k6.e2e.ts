import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { startClock } from '../../journal/clock.ts';
import { findK6, type K6Options, startK6 } from './k6.ts';

describe('k6 beside the load', function () {
  this.timeout(60_000);
  let folder: string;
  const server = createServer((request, response) =>
    response.writeHead(request.url === '/retry/work' ? 503 : 200).end('{}'),
  );
  before(async function () {
    if (!(await findK6())) {
      console.log('      skipped: k6 is not on the PATH, and PGDRILL_K6 does not say where it is');
      this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-k6-'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  const options = async (script: string): Promise<[string, K6Options]> => {
    const { port } = server.address() as AddressInfo;
    return [(await findK6())!, { script, port, argv: (argv) => argv, folder, clock: startClock() }];
  };

  it('reports every request of its script, with when it began and what became of it', async () => {
    const [program, rest] = await options('scenarios/k6/archives.ts');
    await using k6 = startK6(program, rest);
    await sleep(6_000);
    const untilUs = rest.clock.nowUs();
    const [draft] = await k6.stop();
    expect(draft!.names.toSorted()).to.deep.equal(['archives', 'workers']);
    const statusOf = (name: string) =>
      new Set(draft!.status.filter((_, row) => draft!.names[draft!.name[row]!] === name));
    expect([...statusOf('archives'), ...statusOf('workers')]).to.deep.equal([200, 503]);
    const ends = draft!.start.map((startUs, row) => draft!.baseUs + startUs + draft!.took[row]!);
    expect(Math.min(...ends)).to.be.within(0, untilUs);
    expect(Math.max(...ends)).to.be.within(untilUs - 1e6, untilUs + 1e5);
  });

  it('that ends early is a failure, reported with its own message', async () => {
    const broken = join(folder, 'broken.ts');
    await writeFile(
      broken,
      'export default function () { nothing.there() }\nexport const options = { iterations: "x" };',
    );
    const [program, rest] = await options(broken);
    await using k6 = startK6(program, rest);
    await sleep(4_000);
    const error = await k6.stop().catch((reason: Error) => reason);
    expect((error as Error).message).to.match(/^k6 ended before the drill was over: .*; run the script alone/);
  });
});
