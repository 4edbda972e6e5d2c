/** Traffic that proves a fault of the network: on an idle host the wait for packets to be met could be long. */
import { run } from '../hosts/command.ts';
import { inNetwork } from '../hosts/network.ts';
import type { HostPlan } from '../plan.ts';
import type { LabState } from '../state.ts';

/** Nobody listens there (RFC 863, discard). */
const port = 9;

/** Sends so many datagrams from each of two hosts to the other. What becomes of them is not looked at. */
export async function sendPackets(state: LabState, one: HostPlan, other: HostPlan, count: number): Promise<void> {
  const send = (from: HostPlan, to: HostPlan) => {
    // A datagram that a rule of the sender drops is an error to it.
    const script = `for ((i = 0; i < ${count}; i++)); do echo x > /dev/udp/${to.address}/${port}; done 2> /dev/null || true`;
    const [program, ...argv] = inNetwork(state.id, from.name, ['bash', '-c', script]);
    return run(program!, argv, { timeoutMs: 30_000 });
  };
  await Promise.all([send(one, other), send(other, one)]);
}
