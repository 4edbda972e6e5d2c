/** The entry of a thread of the load process: runs one task, and posts what it saw four times a second. */
import { createHistogram } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { startClock } from '../../journal/clock.ts';
import type { Draft } from '../../journal/event.ts';
import { Probes } from '../probes/probes.ts';
import { Sessions } from '../sessions/sessions.ts';
import { Transactions } from '../transactions/transactions.ts';
import { rememberSaltedPasswords } from '../wire/scram-cache.ts';
import { every, Pace, stallDetector } from '../writers/pace.ts';
import { Writers } from '../writers/writers.ts';
import { generatorDraft, type ThreadCommand, type ThreadData, type ThreadMessage } from './task.ts';

const postEveryUs = 250_000;

rememberSaltedPasswords();
const { role, plan } = workerData as ThreadData;
const clock = startClock(BigInt(plan.originNs));
const pace = new Pace(clock);
const lateness = createHistogram();
const options = { plan, clock, pace, onLate: (lateUs: number) => lateness.record(Math.max(1, lateUs)) };
const tasks = { writers: Writers, probes: Probes, transactions: Transactions, sessions: Sessions } as const;
const task = new tasks[role](options);
/** Nothing is measured by when transactions and the writes of sessions are sent: how late they are is not reported. */
const isTimed = role === 'writers' || role === 'probes';

const say = (message: ThreadMessage): void => parentPort!.postMessage(message);
const post = (drafts: readonly Draft[]): void => {
  if (drafts.length) say({ say: 'lines', text: drafts.map((draft) => `${JSON.stringify(draft)}\n`).join('') });
};
const postSeen = (): void => post(task.take(clock.nowUs()));

let startedUs = clock.nowUs();
let cpuBefore = process.threadCpuUsage();

function start(fromUs: number): void {
  startedUs = fromUs;
  cpuBefore = process.threadCpuUsage();
  if (isTimed)
    pace.add(stallDetector(fromUs, (stall) => post([{ kind: 'stall', tUs: clock.nowUs(), source: role, ...stall }])));
  task.start(fromUs);
}

async function stop(): Promise<void> {
  await task.stop();
  postSeen();
  if (isTimed) post([generatorDraft(role, lateness, startedUs, clock.nowUs(), process.threadCpuUsage(cpuBefore))]);
  pace.stop();
  say({ say: 'ended', lateness });
  parentPort!.close();
}

parentPort!.on('message', (command: ThreadCommand) => {
  if (command.do === 'start') start(command.fromUs);
  else void stop();
});
pace.add(every(postEveryUs, clock.nowUs() + postEveryUs, postSeen));
await task.connect((text) =>
  post([{ kind: 'note', tUs: clock.nowUs(), level: 'warn', text: `not connected yet: ${text}` }]),
);
say({ say: 'ready' });
