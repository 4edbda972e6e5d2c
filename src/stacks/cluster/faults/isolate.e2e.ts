import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { chainsOf, rulesOf, rulesOfDrills } from '../../cnpg/firewall.ts';
import type { NodeShell, NodesAt } from '../../cnpg/node-shell.ts';
import { readRecord } from '../pods/timed-record.ts';
import { folderOf, keepScript, startTimed, stopTimed, timedScript } from '../pods/timed-scripts.ts';
import { isolate } from './isolate.ts';

const target = { kind: 'instance', name: 'pg-1', host: 'a', address: '' } as const;

describe('drills on two Clusters that isolate one node at the same time, in a network namespace', function () {
  this.timeout(60_000);
  let node: ChildProcess;
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-isolate-'));
    const script = 'ip link set lo up && ip route add default dev lo && echo up && exec sleep 60';
    node = spawn('unshare', ['--net', 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(node.stdout!, 'data');
  });
  afterEach(async () => {
    node.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });

  const enter = () => ['nsenter', '-t', String(node.pid), '--net', '--', 'sh'];
  const onNode: NodeShell['run'] = async (script, args = []) => {
    const [program, ...rest] = enter();
    return (await execa(program!, [...rest, '-c', script, 'sh', ...args])).stdout;
  };
  const sends = () => onNode(`bash -c 'echo x > /dev/udp/127.0.0.1/9' 2>/dev/null && echo yes || echo no`);

  /** A drill on a Cluster, whose agent's folder is its own; the agent's scripts are the real ones. */
  function drill(cluster: string) {
    const place = { folder: join(folder, cluster), enter: enter().join(' ') };
    const sh = async (script: string, ...args: string[]) => (await execa('sh', ['-c', script, 'sh', ...args])).stdout;
    const shell: NodeShell = {
      run: onNode,
      arm: async () => {
        throw new Error('nothing waits for a word');
      },
      async timed({ action, count, undo, args, forS }) {
        await sh(keepScript(place), action, count, undo, ...args);
        await writeFile(join(folderOf(place), 'run'), timedScript(place, forS));
        return {
          begin: async () => void (await sh(startTimed(place))),
          record: async () => readRecord(await sh(stopTimed(place)), { aheadNs: 0n, plusMinusNs: 0n }, 'a'),
        };
      },
      endTimed: () => sh(stopTimed(place)),
    };
    const pod = { metadata: { name: 'pg-1', uid: 'u' }, spec: { nodeName: 'a', containers: [] } };
    const at = {
      shell: async () => shell,
      kube: { list: async () => [pod] },
      site: { namespace: 'shop', cluster },
    } as unknown as NodesAt;
    const began = async () => {
      const record = () => readFile(join(folderOf(place), 'record'), 'utf8').catch(() => '');
      for (let i = 0; i < 100 && !/^(began|failed)/m.test(await record()); i++) await sleep(100);
      expect(await record()).to.match(/^began/);
    };
    return {
      prepare: () => isolate.prepare(at, target, {}, 40_000),
      heal: (how: object) => isolate.heal(at, { ...how }),
      began,
    };
  }

  it('are both in effect, and the end of one leaves the other as it is', async () => {
    const [orders, billing] = [drill('orders'), drill('billing')];
    const [first, second] = [await orders.prepare(), await billing.prepare()];
    expect(await sends()).to.equal('yes');
    await first.breakIt();
    await orders.began();
    await second.breakIt();
    await billing.began();
    expect(await billing.heal(second.how)).to.equal('the rules of a are removed');
    expect(await rulesOf({ run: onNode } as NodeShell, chainsOf(first.how))).to.have.length(8);
    expect(await sends()).to.equal('no');
    expect(await orders.heal(first.how)).to.equal('the rules of a are removed');
    expect(await rulesOfDrills({ run: onNode } as NodeShell)).to.deep.equal([]);
    expect(await sends()).to.equal('yes');
  });
});
