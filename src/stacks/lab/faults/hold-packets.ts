/**
 * A program that holds packets: the kernel hands it those of a queue of netfilter (NFQUEUE), and it lets each go a while
 * later, in their order. Where it ends, the rule lets packets pass. In Python, which every host has for Patroni, since
 * it speaks netlink without a library (linux/netfilter/nfnetlink_queue.h).
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { SetupError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import { hostPath } from '../hosts/enter.ts';
import { type HostId, initOf, processesOf } from '../hosts/host.ts';
import { signalProcess } from '../hosts/processes.ts';

/** Of the host's own network namespace, so one number serves all hosts. */
export const queueNumber = 21;
/** By which the program is known among the host's processes. */
const mark = 'pgdrill-hold-packets';

const program = `
import random, select, signal, socket, struct, sys, time
from collections import deque

queue, delay, jitter = int(sys.argv[2]), float(sys.argv[3]) / 1000, float(sys.argv[4]) / 1000
ACCEPT, BIND, COPY_META, FAIL_OPEN = 1, 1, 1, 1
PACKET, VERDICT, CONFIG = 0x300, 0x301, 0x302

def attribute(kind, data):
    return struct.pack('=HH', 4 + len(data), kind) + data + bytes(-len(data) % 4)

def send(kind, body):
    body = struct.pack('!BBH', 0, 0, queue) + body
    netlink.send(struct.pack('=IHHII', 16 + len(body), kind, 1, 0, 0) + body)

def release(packet):
    send(VERDICT, attribute(2, struct.pack('!II', ACCEPT, packet)))

def stop(*_):
    raise SystemExit

signal.signal(signal.SIGTERM, stop)
netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
netlink.setsockopt(socket.SOL_SOCKET, 33, 32 << 20)
netlink.setsockopt(270, 5, 1)
netlink.bind((0, 0))
send(CONFIG, attribute(1, struct.pack('!BBH', BIND, 0, 0)))
send(CONFIG, attribute(2, struct.pack('!IB', 0, COPY_META)))
send(CONFIG, attribute(3, struct.pack('!I', 1 << 16)))
send(CONFIG, attribute(4, struct.pack('!I', FAIL_OPEN)) + attribute(5, struct.pack('!I', FAIL_OPEN)))

held, last = deque(), 0.0
try:
    while True:
        now = time.monotonic()
        while held and held[0][0] <= now:
            release(held.popleft()[1])
        wait = max(0, held[0][0] - now) if held else None
        if not select.select([netlink], [], [], wait)[0]:
            continue
        data, now = netlink.recv(1 << 20), time.monotonic()
        while len(data) >= 16:
            length, kind = struct.unpack_from('=IH', data)
            place = 20
            while kind == PACKET and place < length:
                size, name = struct.unpack_from('=HH', data, place)
                if name & 0x7fff == 1:
                    last = max(last, now + delay + random.uniform(-jitter, jitter))
                    held.append((last, struct.unpack_from('!I', data, place + 4)[0]))
                place += size + 3 & ~3
            data = data[length + 3 & ~3:]
finally:
    # What is still held would be dropped with the queue.
    for _, packet in held:
        release(packet)
`;

/** Starts it in a host; it outlives this process. @throws SetupError where it does not run */
export async function holdPackets(host: HostId, delayMs: number, jitterMs: number): Promise<void> {
  const init = await initOf(host);
  if (!init) throw new SetupError(`${host.name} is down, so none of its packets can be held`);
  const inside = ['--all', '--root', '--wd', `--target=${init.pid}`, '--', 'env', '-i', `PATH=${hostPath}`];
  const argv = ['python3', '-c', program, mark, ...[queueNumber, delayMs, jitterMs].map(String)];
  const child = spawn('nsenter', [...inside, ...argv], { detached: true, stdio: 'ignore' });
  let failed: string | undefined;
  child.once('error', (error) => (failed = error.message));
  child.once('exit', (code) => (failed ??= `it ended with code ${code}`));
  child.unref();
  const runs = async () => {
    if (failed !== undefined) throw new SetupError(`the program that holds packets does not run: ${failed}`);
    return (await holders(host)).length > 0 ? true : undefined;
  };
  await until(runs, { withinMs: 5_000, everyMs: 20, what: `packets of ${host.name} to be held` });
}

/** Ends it, after it has let go what it holds. */
export async function releasePackets(host: HostId): Promise<void> {
  for (const pid of await holders(host)) signalProcess(pid, 'SIGTERM');
  const gone = async () => ((await holders(host)).length === 0 ? true : undefined);
  await until(gone, { withinMs: 10_000, everyMs: 20, what: `the program that holds packets of ${host.name} to end` });
}

/** Processes of a host that hold packets. */
export async function holders(host: HostId): Promise<number[]> {
  const pids = await processesOf(host);
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')));
  return pids.filter((_, i) => lines[i]!.split('\0').includes(mark));
}
