/** The faults by name: what each word promises. How a stack does it is the stack's business. */
export interface FaultContract {
  /** What happens to the target. */
  readonly means: string;
  /** How it is known to have taken effect. */
  readonly provedBy: string;
  /** How it is undone. */
  readonly undoneBy: string;
  readonly targets: readonly ('instance' | 'pooler' | 'node' | 'operator' | 'store' | 'cluster')[];
  /** Nothing undoes it: whatever is to be done with the stack afterwards, another must be opened. */
  readonly final?: true;
  /** What the topology must have for it. */
  readonly wants?: 'walDiskMegabytes';
}
export const faults = {
  crash: {
    means: 'every process of the instance’s host or pod is killed at once with SIGKILL',
    provedBy: 'no process of it is left and its port refuses',
    undoneBy: 'the host is started again',
    targets: ['instance'],
  },
  isolate: {
    means:
      'all packets of the instance’s host are dropped, both ways, established connections and consensus store included',
    provedBy: 'neither side reaches the other, and the counters of the rules grow',
    undoneBy: 'the rules are removed',
    targets: ['instance'],
  },
  switchover: {
    means: 'the HA manager is asked to make a standby the primary',
    provedBy: 'the manager accepted the request',
    undoneBy: 'nothing: it ends by itself',
    targets: ['instance'],
  },
  restart: {
    means: 'the postmaster alone is killed; its manager is left running',
    provedBy: 'the postmaster’s process is gone',
    undoneBy: 'its manager starts it again',
    targets: ['instance'],
  },
  freeze: {
    means: 'every process of PostgreSQL in the instance is stopped (SIGSTOP); sockets stay open',
    provedBy: 'all of them are in state T',
    undoneBy: 'SIGCONT',
    targets: ['instance'],
  },
  delete: {
    means: 'the instance is asked to stop as `kubectl delete pod` does: a graceful stop that waits for sessions',
    provedBy: 'the stop is under way',
    undoneBy: 'the platform starts it again',
    targets: ['instance'],
  },
  'delete-now': {
    means: 'as a deletion with grace 0 does: SIGTERM and, a second later, SIGKILL',
    provedBy: 'no process of it is left',
    undoneBy: 'the platform starts it again',
    targets: ['instance'],
  },
  'node-crash': {
    means: 'the whole node goes dark: its network first, then every process',
    provedBy: 'no process is left and its address does not answer',
    undoneBy: 'the node is started again',
    targets: ['instance'],
  },
  drain: {
    means: 'the instance’s node takes no more pods and the instance is evicted, as `kubectl drain` does with it',
    provedBy: 'its pod has left the node',
    undoneBy: 'the node takes pods again',
    targets: ['instance'],
  },
  'operator-down': {
    means: 'the HA manager’s control plane is stopped (Kubernetes: the operator; lab: an etcd member)',
    provedBy: 'no process of it is left',
    undoneBy: 'it is started again',
    targets: ['operator'],
  },
  'disk-full': {
    means: 'the disk that holds the instance’s WAL is filled up',
    provedBy: 'nothing more can be written to it',
    undoneBy: 'the file that fills it is removed',
    targets: ['instance'],
    wants: 'walDiskMegabytes',
  },
  'control-plane-down': {
    means: 'everything that the HA manager decides by is stopped (lab: every etcd member); instances reach each other',
    provedBy: 'no process of it is left',
    undoneBy: 'it is started again',
    targets: ['operator'],
  },
  'isolate-from-operator': {
    means: 'what the instance and the HA manager’s control plane (lab: etcd) say to each other is dropped',
    provedBy: 'clients still reach it, and the counters of the rules grow',
    undoneBy: 'the rules are removed',
    targets: ['instance'],
  },
  wipe: {
    means: 'every process of the instance is killed and its data directory removed, as on a disk that was replaced',
    provedBy: 'no process is left, and no file in the directory',
    undoneBy: 'the host is started again; the manager makes a new copy of the primary',
    targets: ['instance'],
  },
  lossy: {
    means: 'of the packets of the instance’s host, three in ten are dropped by chance, both ways',
    provedBy: 'the counters of the rules grow',
    undoneBy: 'the rules are removed',
    targets: ['instance'],
  },
  'store-down': {
    means: 'the object store is stopped; what it holds is kept',
    provedBy: 'no process of it is left and its port refuses',
    undoneBy: 'it is started again',
    targets: ['store'],
  },
  destroy: {
    means: 'the whole cluster is deleted, with all its data; the object store is left',
    provedBy: 'no process of PostgreSQL is left, nor any of its disks',
    undoneBy: 'nothing: it is gone for good',
    targets: ['cluster'],
    final: true,
  },
  'isolate-from-peers': {
    means:
      'all packets between the instance’s host and every host but the clients’ are dropped: sessions of clients live on',
    provedBy: 'clients reach it, the others do not, and the counters of the rules grow',
    undoneBy: 'the rules are removed',
    targets: ['instance'],
  },
  'pooler-crash': {
    means: 'every process of one pooler’s host or pod is killed at once with SIGKILL (SIGTERM would wait for clients)',
    provedBy: 'no process of it is left and its port refuses',
    undoneBy: 'it is started again',
    targets: ['pooler'],
  },
  'pooler-pause': {
    means: 'the pooler lets running transactions end and then holds its clients, connected: PAUSE',
    provedBy: 'the pooler says so',
    undoneBy: 'RESUME',
    targets: ['pooler'],
  },
} as const satisfies Record<string, FaultContract>;

export type FaultKind = keyof typeof faults;
export const faultKinds = Object.keys(faults) as [FaultKind, ...FaultKind[]];
export const isFault = (word: string): word is FaultKind => Object.hasOwn(faults, word);
