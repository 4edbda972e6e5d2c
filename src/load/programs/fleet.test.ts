import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { startClock } from '../../journal/clock.ts';
import { ClientPrograms } from './fleet.ts';
import { clientPlans } from './plan.ts';

/** Says ready half a second after its plan came, and when that was, by the clock of the plan. */
const slow = `
process.stdin.once('data', (line) => {
  const origin = BigInt(JSON.parse(line).originNs);
  const now = () => Number((process.hrtime.bigint() - origin) / 1000n);
  const came = now();
  setTimeout(() => console.log(JSON.stringify({ kind: 'ready', t: now(), protocol: 1, versions: String(came) })), 500);
});`;

describe('the client programs of a run', function () {
  this.timeout(60_000);

  it('open their first connections a few at a time, and all become ready', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pgdrill-fleet-'));
    const clock = startClock();
    const cameMs: number[] = [];
    const endpoint = { name: 'direct', host: '127.0.0.1', port: 1, database: 'd', user: 'u', password: 'p' };
    const use = { use: './slow', path: 'direct', workers: 1, ratePerSecond: 1, settings: {} } as const;
    const uses = Array.from({ length: 10 }, (_, i) => ({ ...use, name: `slow-${i}` }));
    const plans = clientPlans({
      ...{ uses, endpoints: [endpoint], hosts: [], originNs: clock.originNs, seed: 1, giveUpMs: 100 },
    });
    await using programs = new ClientPrograms({
      plans,
      commands: uses.map(() => ({ uses: './slow', argv: [process.execPath, '-e', slow] })),
      argv: (argv) => argv,
      folder,
      clock,
      onDraft: (draft) => void (draft.kind === 'client' && cameMs.push(Number(draft.versions) / 1000)),
    });
    await programs.ready;
    expect(cameMs.length).to.equal(10);
    const [first, fifth, ninth] = [0, 4, 8].map((i) => cameMs.toSorted((a, b) => a - b)[i]!);
    expect(fifth! - first!).to.be.at.least(400);
    expect(ninth! - fifth!).to.be.at.least(400);
    await rm(folder, { recursive: true });
  });
});
