import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, it } from 'mocha';
import {
  argsOf,
  type Chains,
  chainsOf,
  dropAll,
  dropped,
  newMark,
  removeRules,
  rulesOf,
  rulesOfDrills,
} from './firewall.ts';
import type { NodeShell } from './node-shell.ts';

/** Two drills, of two Clusters whose primaries run on one node. */
const [orders, billing] = [
  { namespace: 'shop', cluster: 'orders' },
  { namespace: 'shop', cluster: 'billing' },
];
const markedChains = (of: typeof orders): Chains => chainsOf({ mark: newMark(of) });
/** How versions without marks cut a node off. */
const unmarkedRules = ['IN', 'OUT']
  .map((way) => `iptables -t mangle -N PGDRILL-${way} && iptables -t mangle -A PGDRILL-${way} -j DROP`)
  .concat(
    'iptables -t mangle -I PREROUTING 1 -i lo -j PGDRILL-IN',
    'iptables -t mangle -I POSTROUTING 1 -o lo -j PGDRILL-OUT',
  )
  .join(' && ');

describe('isolations of two drills on one node, in a network namespace', function () {
  this.timeout(30_000);
  let node: ChildProcess;
  let shell: NodeShell;
  beforeEach(async () => {
    node = spawn('unshare', ['--net', 'sh', '-c', 'ip link set lo up && echo up && exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(node.stdout!, 'data');
    const enter = ['-t', String(node.pid), '--net', '--', 'sh', '-c'];
    shell = {
      run: async (script, args = []) => (await execa('nsenter', [...enter, script, 'sh', ...args])).stdout,
      arm: async () => {
        throw new Error('nothing waits for a word');
      },
    };
  });
  afterEach(() => node.kill('SIGKILL'));

  const isolate = (chains: Chains) => shell.run(`card=lo; port=10250\n${dropAll('port')}`, argsOf(chains));
  /** Whether the node may send a packet. */
  const sends = () => shell.run(`bash -c 'echo x > /dev/udp/127.0.0.1/9' 2>/dev/null && echo yes || echo no`);

  it('are both in effect, and each ends alone', async () => {
    const [first, second] = [markedChains(orders), markedChains(billing)];
    expect(await sends()).to.equal('yes');
    await isolate(first);
    await isolate(second);
    expect(await rulesOf(shell, first)).to.have.length(8);
    await removeRules(shell, second);
    expect(await rulesOf(shell, second)).to.deep.equal([]);
    expect(await rulesOf(shell, first)).to.have.length(8);
    expect(await sends()).to.equal('no');
    expect((await dropped(shell, first)).out).to.be.greaterThan(0);
    await removeRules(shell, first);
    expect(await rulesOfDrills(shell)).to.deep.equal([]);
    expect(await sends()).to.equal('yes');
  });

  it('do not end when a third one, of a Cluster that is isolated already, fails and is undone', async () => {
    const first = markedChains(orders);
    await isolate(first);
    const third = markedChains(orders);
    const failed = await shell
      .run(`card=lo; port=none\n${dropAll('port')}`, argsOf(third))
      .catch((error: Error) => error);
    expect(failed).to.be.instanceOf(Error);
    expect(await rulesOf(shell, third)).to.not.deep.equal([]);
    await removeRules(shell, third);
    expect(await rulesOf(shell, third)).to.deep.equal([]);
    expect(await rulesOf(shell, first)).to.have.length(8);
    expect(await sends()).to.equal('no');
  });

  it('are left behind only for the Cluster that they are of', async () => {
    await isolate(markedChains(orders));
    expect(await rulesOfDrills(shell, orders)).to.have.length(8);
    expect(await rulesOfDrills(shell, billing)).to.deep.equal([]);
    expect(await rulesOfDrills(shell)).to.have.length(8);
  });

  it('of versions without marks are found, and healed by records without a mark only', async () => {
    const marked = markedChains(orders);
    await isolate(marked);
    await shell.run(unmarkedRules);
    await removeRules(shell, marked);
    expect(await rulesOfDrills(shell, billing)).to.have.length(6);
    await isolate(marked);
    await removeRules(shell, chainsOf({}));
    expect(await rulesOf(shell, chainsOf({}))).to.deep.equal([]);
    expect(await rulesOf(shell, marked)).to.have.length(8);
  });

  it('are not ended by the undo of a version without marks', async () => {
    const marked = markedChains(orders);
    await isolate(marked);
    await shell.run(
      `iptables -t mangle -S | grep -e '^-A P.*-j PGDRILL-' | sed 's/^-A/-D/' | while read -r rule; do iptables -t mangle $rule; done; true`,
    );
    expect(await rulesOf(shell, marked)).to.have.length(8);
  });
});
