/** The one network interface of a host. */
import { run } from './command.ts';
import type { HostId } from './host.ts';
import { namespaceOf } from './network.ts';

const link = (id: HostId, ...argv: string[]): Promise<string> =>
  run('ip', ['-n', namespaceOf(id.labId, id.name), '-oneline', 'link', ...argv]);

export const setInterface = (id: HostId, to: 'up' | 'down'): Promise<string> => link(id, 'set', 'eth0', to);

/** Whether it is up, and whether what it sends is shaped. */
export async function interfaceOf(id: HostId): Promise<{ readonly up: boolean; readonly shaped: boolean }> {
  const text = await link(id, 'show', 'eth0');
  return { up: text.includes(',UP'), shaped: text.includes(' qdisc tbf ') };
}
