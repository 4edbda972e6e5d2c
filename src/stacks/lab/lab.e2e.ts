/** The lab passes the contract of all stacks, and keeps some promises of its own. */
import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { topologySchema } from '../../scenario/topology.ts';
import { describeStack } from '../contract.ts';
import type { OpenStack } from '../stack.ts';
import { connectFromClients } from './control/from-clients.ts';
import { run } from './hosts/command.ts';
import { inNetwork, namespaceOf, processesIn } from './hosts/network.ts';
import { labStack } from './index.ts';

describeStack(labStack, { settleMs: 90_000, sideBySide: true, abortAfterMs: [50, 800, 2_500, 5_000] });

describe('the lab of its own', function () {
  this.timeout(300_000);
  let open: OpenStack;
  const inHost = (host: string, ...argv: string[]) => {
    const [program, ...rest] = inNetwork(open.id, host, argv);
    return run(program!, rest);
  };

  before(async function () {
    if (await labStack.unavailable()) this.skip();
    const { signal } = new AbortController();
    open = await labStack.open({ topology: topologySchema.parse({}), folder: '/tmp', signal, progress: () => {} });
  });
  after(async () => open?.[Symbol.asyncDispose]());

  it('has no way out: no host has a default route, and the machine cannot reach it', async () => {
    for (const host of ['pg1', 'etcd1', 'pooler1', 'clients'])
      expect(await inHost(host, 'ip', 'route', 'show', 'default')).to.equal('');
    const outside = await run('ip', ['route', 'get', '198.18.0.21']);
    expect(outside).to.not.include('bridge');
  });

  it('leaves the machine’s table of mounts alone but for the names of its networks', async () => {
    const mounts = await run('cat', ['/proc/self/mounts']);
    const ours = mounts.split('\n').filter((line) => line.includes('pgdrill'));
    expect(ours.filter((line) => !line.startsWith('nsfs /run/netns/'))).to.deep.equal([]);
  });

  it('sees a leftover firewall rule', async () => {
    await inHost('pg2', 'iptables', '-I', 'INPUT', '-p', 'udp', '-j', 'DROP');
    expect((await open.residue()).found.join()).to.include('pg2 has the firewall rule');
    await inHost('pg2', 'iptables', '-F');
    expect((await open.residue()).found).to.deep.equal([]);
  });

  it('sees a stopped process that was left behind', async () => {
    const [pid] = await processesIn([namespaceOf(open.id, 'minio')]);
    process.kill(pid!, 'SIGSTOP');
    expect((await open.residue()).found).to.deep.equal([`minio: process ${pid} is stopped`]);
    process.kill(pid!, 'SIGCONT');
    expect((await open.residue()).found).to.deep.equal([]);
  });

  it('refuses a target that it does not have, with the nearest name, before anything is broken', async () => {
    const aimed = { kind: 'instance', name: 'pg9', host: 'pg9', address: '' } as const;
    const error = await open
      .inject('crash', aimed, async () => expect.fail('an undo was written'))
      .catch((reason: Error) => reason);
    expect(String(error)).to.include('pg9 (did you mean pg');
  });

  it('heals a fault that cannot be proved effective, and says why', async () => {
    const pg = (await open.instances())[0]!;
    // Somebody else dropped packets already: `crash` cannot see the refusal that proves it.
    await inHost('clients', 'iptables', '-I', 'OUTPUT', '-d', pg.address, '-p', 'tcp', '--dport', '5432', '-j', 'DROP');
    const error = await open.inject('crash', pg, async () => {}).catch((reason: Error) => reason);
    await inHost('clients', 'iptables', '-F');
    expect(String(error)).to.include('should be refused to clients, but is timeout');
    expect(await connectFromClients(open.id, pg.address, 8008, 1_000)).to.equal('connected');
  });
});
