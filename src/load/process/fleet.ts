/** The load of a run: the process where the clients live, and generators elsewhere that share its writers. */
import { type LoadOptions, LoadProcess } from './driver.ts';
import { fromGenerator, type LoadGenerator, sharesOf } from './share.ts';

export interface FleetOptions extends LoadOptions {
  /** None: one process makes all of the load. */
  readonly generators: readonly LoadGenerator[];
}

/** What one `LoadProcess` is, built from several: what one of them cannot do, all of them cannot. */
export class LoadFleet implements AsyncDisposable {
  readonly ready: Promise<void>;
  readonly died: Promise<never>;
  readonly #all: readonly LoadProcess[];

  constructor({ generators, ...options }: FleetOptions) {
    const { own, others } = sharesOf(options.plan, generators);
    const elsewhere = generators.map(({ name, argv }, i) => {
      const onMessage: LoadOptions['onMessage'] = (message) => {
        const merged = fromGenerator(name, message);
        if (merged) options.onMessage(merged);
      };
      return new LoadProcess({ ...options, plan: others[i]!, argv, onMessage, log: `${name}.log` });
    });
    this.#all = [new LoadProcess({ ...options, plan: own }), ...elsewhere];
    this.ready = Promise.all(this.#all.map(({ ready }) => ready)).then(() => {});
    this.died = Promise.race(this.#all.map(({ died }) => died));
    // A rejection that nobody awaits must not end the process.
    for (const promise of [this.died, this.ready]) promise.catch(() => {});
  }

  start(): void {
    for (const process of this.#all) process.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.map((process) => process.stop()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.map((process) => process[Symbol.asyncDispose]()));
  }
}
