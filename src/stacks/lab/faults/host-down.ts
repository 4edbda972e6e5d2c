/** What the faults share that leave a host without any process: the kill, the proof, and the start afterwards. */
import { SetupError } from '../../../errors.ts';
import type { PreparedFault } from '../../../faults/contract.ts';
import type { UndoRecord } from '../../../faults/target.ts';
import { until } from '../../../wait.ts';
import type { TcpOutcome } from '../../tcp.ts';
import { connectFromClients } from '../control/from-clients.ts';
import { initOf, killHost, processesOf, startHost } from '../hosts/host.ts';
import { hostId } from '../lab.ts';
import type { HostKind, HostPlan } from '../plan.ts';
import { ports } from '../plan.ts';
import type { LabState } from '../state.ts';
import { hostToHeal } from './target.ts';

/** The port whose answer shows that a host serves, and the one that shows that it is up again. */
const serving: Partial<Record<HostKind, { port: number; upPort: number }>> = {
  postgres: { port: ports.postgres, upPort: ports.patroni },
  pooler: { port: ports.pgbouncer, upPort: ports.pgbouncer },
  etcd: { port: ports.etcdClient, upPort: ports.etcdPeer },
  minio: { port: ports.minio, upPort: ports.minio },
};

/** All processes of a host die at once; its network stays, so that clients are refused. */
export function prepareKill(state: LabState, host: HostPlan): PreparedFault {
  let before = 0;
  return {
    how: { host: host.name },
    async breakIt() {
      before = await killHost(hostId(state, host.name));
    },
    prove: () => proveDown(state, host, before, ['refused']),
  };
}

/** No process is left and clients see one of `expected` where the service was. @throws SetupError otherwise */
export async function proveDown(
  state: LabState,
  host: HostPlan,
  before: number,
  expected: readonly TcpOutcome[],
): Promise<string> {
  const left = await processesOf(hostId(state, host.name));
  if (left.length > 0) throw new SetupError(`${left.length} processes of ${host.name} are still there`);
  const { port } = serving[host.kind]!;
  const seen = await connectFromClients(state.id, host.address, port, 1_000);
  if (!expected.includes(seen))
    throw new SetupError(`${host.address}:${port} should be ${expected.join(' or ')} to clients, but is ${seen}`);
  return `${before} processes gone, ${host.address}:${port} is ${seen} to clients`;
}

/** Starts the host again where it is down, and waits until its manager answers in the network. */
export async function startAgain(state: LabState, how: UndoRecord['how']): Promise<string> {
  const host = hostToHeal(state, how);
  const id = hostId(state, host.name);
  if (!(await initOf(id))) await startHost(id, state.lower);
  const { upPort } = serving[host.kind]!;
  const answers = async () =>
    (await connectFromClients(state.id, host.address, upPort, 500)) === 'connected' ? true : undefined;
  await until(answers, {
    withinMs: 30_000,
    what: `${host.address}:${upPort} to answer after the start of ${host.name}`,
  });
  return `${host.name} is started again, ${host.address}:${upPort} answers`;
}
