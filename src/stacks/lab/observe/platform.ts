/** The observer `platform`: what Patroni decided, as etcd reports it the moment that it is written. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sink } from '../../observe/observer.ts';
import { etcdSocket } from '../config/etcd.ts';
import { etcdPrefix } from '../config/places.ts';
import { type Change, type KeyValue, readPrefix, watchPrefix } from '../control/etcd.ts';
import { insideHost } from '../hosts/host.ts';
import { etcdHosts, hostId } from '../lab.ts';
import type { LabState } from '../state.ts';

export function watchPlatform(state: LabState, sink: Sink): AsyncDisposable {
  const ended = new AbortController();
  const watching = watchForEver(state, new Decisions(sink), ended.signal);
  return {
    async [Symbol.asyncDispose]() {
      ended.abort();
      await watching;
    },
  };
}

/** Watches at one member of etcd until it fails, then at the next, from where it was. */
async function watchForEver(state: LabState, decisions: Decisions, signal: AbortSignal): Promise<void> {
  const members = etcdHosts(state);
  for (let turn = 0; !signal.aborted; turn++) {
    try {
      const socket = await insideHost(hostId(state, members[turn % members.length]!.name), etcdSocket);
      // What changed between two watches is not lost: the store as it is now is compared with what was known.
      const { pairs, revision } = await readPrefix(socket, etcdPrefix, signal);
      decisions.compare(pairs, process.hrtime.bigint());
      await watchPrefix(
        socket,
        etcdPrefix,
        revision,
        (change) => decisions.see(change, process.hrtime.bigint()),
        signal,
      );
    } catch {
      // This member is down or has no quorum.
      await sleep(100, undefined, { signal }).catch(() => {});
    }
  }
}

/** Turns changes of Patroni's keys into roles. */
export class Decisions {
  readonly #sink: Sink;
  #leader: string | undefined;
  #begun = false;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** The keys as they are now. The first time it says who is the primary to begin with. */
  compare(pairs: readonly KeyValue[], atNs: bigint): void {
    const leader = pairs.find(({ key }) => key === `${etcdPrefix}leader`)?.value;
    if (!this.#begun && leader) {
      this.#begun = true;
      this.#leader = leader;
      this.#sink({ kind: 'role', observer: 'platform', instance: leader, role: 'primary' }, atNs);
      return;
    }
    this.#begun = true;
    this.#become(leader, 'found after the watch was renewed', atNs);
  }

  see({ type, key, value }: Change, atNs: bigint): void {
    if (key === `${etcdPrefix}leader`) this.#become(type === 'put' ? value : undefined, undefined, atNs);
    if (key === `${etcdPrefix}sync` && type === 'put') this.#tellSync(value, atNs);
  }

  #become(leader: string | undefined, detail: string | undefined, atNs: bigint): void {
    if (leader === this.#leader) return;
    const previous = this.#leader;
    this.#leader = leader;
    const report = (instance: string, role: 'lost' | 'elected') =>
      this.#sink({ kind: 'role', observer: 'platform', instance, role, ...(detail && { detail }) }, atNs);
    if (previous) report(previous, 'lost');
    if (leader) report(leader, 'elected');
  }

  /** Not a role, but what decides whether a failover may happen without loss. */
  #tellSync(value: string, atNs: bigint): void {
    const { leader, sync_standby: standby } = JSON.parse(value) as { leader?: string; sync_standby?: string };
    const text = `Patroni: synchronous standby of ${leader || 'nobody'} is ${standby || 'nobody'}`;
    this.#sink({ kind: 'note', level: 'info', text }, atNs);
  }
}
