/** etcd: three members, each reachable over the lab's network and by a socket that no fault of the network cuts. */
import { type HostPlan, ofKind, ports } from '../plan.ts';

export const etcdSocket = '/run/etcd.sock';

/** The command line of one member. */
export function etcdArgv(host: HostPlan, hosts: readonly HostPlan[], labId: string): string[] {
  const peer = (member: HostPlan) => `http://${member.address}:${ports.etcdPeer}`;
  const members = ofKind(hosts, 'etcd').map((member) => `${member.name}=${peer(member)}`);
  return [
    'etcd',
    `--name=${host.name}`,
    '--data-dir=/var/lib/pgdrill/etcd',
    `--listen-peer-urls=${peer(host)}`,
    `--initial-advertise-peer-urls=${peer(host)}`,
    `--listen-client-urls=http://${host.address}:${ports.etcdClient},unix://${etcdSocket}`,
    `--advertise-client-urls=http://${host.address}:${ports.etcdClient}`,
    `--initial-cluster=${members.join(',')}`,
    `--initial-cluster-token=${labId}`,
    '--logger=zap',
    '--log-level=warn',
  ];
}
