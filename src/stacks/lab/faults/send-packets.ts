/** Traffic that proves a fault of the network: on an idle host the wait for packets to be met could be long. */
import { run } from '../hosts/command.ts';
import { inNetwork } from '../hosts/network.ts';
import { singleHost } from '../lab.ts';
import type { HostPlan } from '../plan.ts';
import type { LabState } from '../state.ts';

/** Nobody listens there (RFC 863, discard). */
const port = 9;

/** Sends so many datagrams from the clients to a host, and from it to them. What becomes of them is not looked at. */
export async function sendPackets(state: LabState, host: HostPlan, count: number): Promise<void> {
  const clients = singleHost(state, 'clients');
  const send = (from: string, to: string) => {
    // A datagram that a rule of the sender drops is an error to it.
    const script = `for ((i = 0; i < ${count}; i++)); do echo x > /dev/udp/${to}/${port}; done 2> /dev/null || true`;
    const [program, ...argv] = inNetwork(state.id, from, ['bash', '-c', script]);
    return run(program!, argv, { timeoutMs: 30_000 });
  };
  await Promise.all([send(clients.name, host.address), send(host.name, clients.address)]);
}
