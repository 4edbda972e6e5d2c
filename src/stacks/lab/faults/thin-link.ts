/** thin-link: a token bucket on the host's interface lets it send no more than a rate; what is more waits (tc-tbf(8)). */
import { SetupError } from '../../../errors.ts';
import { run } from '../hosts/command.ts';
import type { HostId } from '../hosts/host.ts';
import { interfaceOf } from '../hosts/interface.ts';
import { inNetwork } from '../hosts/network.ts';
import { hostId, singleHost } from '../lab.ts';
import type { LabFault } from './fault.ts';
import { sendPackets } from './send-packets.ts';
import { hostAimedAt, hostToHeal } from './target.ts';

/** Bytes on the wire of a datagram that the proof sends. */
const datagramBytes = 44;
/** A packet that would wait longer is dropped. */
const waitsAtMost = '5s';

export const thinLink: LabFault<'thin-link'> = {
  async prepare({ state }, target, { kilobitsPerSecond }) {
    const host = hostAimedAt(state, target, 'postgres');
    const id = hostId(state, host.name);
    // What passes at once: two packets of full size, or what the rate lets pass between two ticks of 100 Hz.
    const burst = Math.max(3_000, Math.ceil((kilobitsPerSecond * 1_000) / 8 / 100));
    return {
      how: { host: host.name },
      async breakIt() {
        const shape = ['rate', `${kilobitsPerSecond}kbit`, 'burst', String(burst), 'latency', waitsAtMost];
        await tc(id, 'add', 'dev', 'eth0', 'root', 'tbf', ...shape);
      },
      async prove() {
        await sendPackets(state, host, singleHost(state, 'clients'), Math.ceil((2 * burst) / datagramBytes));
        const text = await tc(id, '-s', 'show', 'dev', 'eth0');
        const [, waited] = /overlimits (\d+)/.exec(text) ?? [];
        if (!text.includes('tbf') || !(Number(waited) > 0))
          throw new SetupError(`what ${host.name} sends should be shaped, but the kernel says: ${text.trim()}`);
        return `the kernel shapes what ${host.name} sends to ${kilobitsPerSecond} kbit/s; packets waited ${waited} times`;
      },
    };
  },

  async heal(state, how) {
    const { name } = hostToHeal(state, how);
    const id = hostId(state, name);
    if ((await interfaceOf(id)).shaped) await tc(id, 'del', 'dev', 'eth0', 'root');
    if ((await interfaceOf(id)).shaped) throw new SetupError(`what ${name} sends is still shaped`);
    return `what ${name} sends is no longer shaped`;
  },
};

function tc(id: HostId, ...argv: string[]): Promise<string> {
  const words = argv[0] === '-s' ? ['-s', 'qdisc', ...argv.slice(1)] : ['qdisc', ...argv];
  const [program, ...rest] = inNetwork(id.labId, id.name, ['tc', ...words]);
  return run(program!, rest);
}
