/**
 * The load process. It runs where the clients live, takes commands on its standard input and reports what it saw on its
 * standard output (protocol.ts). It ends when its input ends: then the driver is gone.
 */
import { createHistogram } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { startClock } from '../../journal/clock.ts';
import { sibling } from './place.ts';
import type { LoadCommand, LoadMessage, LoadPlan } from './protocol.ts';
import { goBeforeOthers } from './scheduling.ts';
import { generatorDraft, type Role, rolesOf, type ThreadCommand, type ThreadData, type ThreadMessage } from './task.ts';

/** Requests begin this long after the command, so that both threads know before. */
const leadUs = 50_000;

// Writing to a pipe waits until the driver reads. That holds up this thread alone, and the others' messages queue.
const print = (text: string): boolean => process.stdout.write(text);
const send = (message: LoadMessage): boolean => print(`${JSON.stringify(message)}\n`);

class LoadProcess {
  readonly #threads: readonly Worker[];
  readonly #clock;
  readonly #lateness = createHistogram();
  #ready = 0;
  #ended = 0;
  #startedUs = 0;
  #cpuBefore = process.cpuUsage();

  constructor(plan: LoadPlan) {
    this.#clock = startClock(BigInt(plan.originNs));
    this.#threads = rolesOf(plan).map((role) => this.#startThread(role, plan));
  }

  do(command: LoadCommand): void {
    if (command.do === 'start') this.#start();
    else this.#toThreads({ do: 'stop' });
  }

  #start(): void {
    this.#startedUs = this.#clock.nowUs() + leadUs;
    this.#cpuBefore = process.cpuUsage();
    this.#toThreads({ do: 'start', fromUs: this.#startedUs });
  }

  #toThreads(command: ThreadCommand): void {
    for (const thread of this.#threads) thread.postMessage(command);
  }

  #startThread(role: Role, plan: LoadPlan): Worker {
    const workerData: ThreadData = { role, plan };
    const thread = new Worker(sibling('thread'), { workerData });
    thread.on('message', (message: ThreadMessage) => this.#hear(message));
    thread.on('error', (error) => fail(`the thread of the ${role} failed: ${error.message}`, error.stack));
    return thread;
  }

  #hear(message: ThreadMessage): void {
    if (message.say === 'lines') print(message.text);
    if (message.say === 'ready' && ++this.#ready === this.#threads.length) send({ kind: 'ready' });
    if (message.say === 'ended') {
      this.#lateness.add(message.lateness);
      if (++this.#ended === this.#threads.length) this.#end();
    }
  }

  #end(): void {
    const cpu = process.cpuUsage(this.#cpuBefore);
    send({ ...generatorDraft('load', this.#lateness, this.#startedUs, this.#clock.nowUs(), cpu), scheduling });
    process.stdout.end(() => process.exit(0));
  }
}

/** The last line on stderr is what the driver shows the user; what comes before it is for the log. */
function fail(why: string, details = ''): never {
  process.stderr.write(`${details}\n${why}\n`);
  process.exit(1);
}

const scheduling = goBeforeOthers();
let load: LoadProcess | undefined;
process.on('uncaughtException', (error) => fail(error.message, error.stack));
process.stdout.on('error', () => fail('nobody reads what the load process says'));
createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (load) load.do(JSON.parse(line) as LoadCommand);
    else load = new LoadProcess(JSON.parse(line) as LoadPlan);
  })
  .on('close', () => fail('the driver is gone'));
