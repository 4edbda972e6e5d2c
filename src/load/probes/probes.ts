/** All probe streams, each at its fixed rate, staggered so that their slots do not coincide. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Draft } from '../../journal/event.ts';
import type { StreamPlan } from '../process/protocol.ts';
import type { Task, TaskOptions } from '../process/task.ts';
import { questionOf } from '../wire/question.ts';
import { Batch, probeDraft, type SlotRow } from '../writers/batch.ts';
import { every } from '../writers/pace.ts';
import { slotDueUs } from '../writers/schedule.ts';
import { HttpProbe } from './http-probe.ts';
import { FreshProbe, KeptProbe, type Probe, type ProbeOptions } from './probe.ts';

const connectAgainMs = 250;
const lookEveryMs = 20;

interface Running {
  readonly plan: StreamPlan;
  readonly probe: Probe;
  readonly batch: Batch<SlotRow, Draft<'probe'>>;
}

export class Probes implements Task {
  readonly #options: TaskOptions;
  readonly #streams: readonly Running[];
  #stopped = false;

  constructor(options: TaskOptions) {
    this.#options = options;
    this.#streams = options.plan.streams.map((plan) => this.#running(plan));
  }

  async connect(onProblem: (text: string) => void): Promise<void> {
    await Promise.all(
      this.#streams.map(async ({ plan, probe }) => {
        let reported: string | undefined;
        for (let error = await probe.connect(); error !== undefined; error = await probe.connect()) {
          if (error !== reported) onProblem(`${plan.name}: ${(reported = error)}`);
          await sleep(connectAgainMs);
        }
      }),
    );
  }

  start(fromUs: number): void {
    for (const [index, { plan, probe }] of this.#streams.entries()) {
      const firstUs = fromUs + slotDueUs(plan.stepUs, 0, index, this.#streams.length);
      this.#options.pace.add(
        every(plan.stepUs, firstUs, (nowUs, dueUs) => {
          if (this.#stopped) probe.expire(nowUs);
          else probe.tick(dueUs, nowUs);
        }),
      );
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    while (!this.#streams.every(({ probe }) => probe.settled)) await sleep(lookEveryMs);
    for (const { probe } of this.#streams) probe.close();
  }

  take(nowUs: number): Draft[] {
    return this.#streams.map(({ batch }) => batch.take(nowUs)).filter((draft) => draft !== undefined);
  }

  #running(plan: StreamPlan): Running {
    const { clock, onLate, plan: load } = this.#options;
    const batch = new Batch<SlotRow, Draft<'probe'>>((rows, tUs) => probeDraft(plan.name, plan.stepUs, rows, tUs));
    const options = {
      plan,
      clock,
      onLate,
      question: questionOf(plan, load.streams),
      onRow: (row: SlotRow) => batch.add(row),
    };
    return { plan, batch, probe: probeOf(options) };
  }
}

function probeOf(options: ProbeOptions): Probe {
  if (options.plan.path === 'api') return new HttpProbe(options);
  return options.plan.fresh ? new FreshProbe(options) : new KeptProbe(options);
}
