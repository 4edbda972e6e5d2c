/** What a Prometheus alerts on while a drill or a watch is on, and what it should have alerted on and did not. */
import { SetupError } from '../../errors.ts';
import { repeat, type Sink } from '../observe/observer.ts';
import type { Remark } from '../stack.ts';

const lookEveryMs = 5_000;
const answerWithinMs = 4_000;

interface Firing {
  readonly name: string;
  readonly fromNs: bigint;
  untilNs?: bigint;
}
interface Answer {
  readonly data?: { readonly result?: readonly { readonly metric: Readonly<Record<string, string>> }[] };
}

export class AlertWatch {
  readonly #url: URL;
  readonly #expected: readonly string[];
  /** Every time that an alert fired, also those that fired before anything was broken. */
  readonly #firings: Firing[] = [];
  #faultNs: bigint | undefined;
  /** Since the fault. */
  #looked = 0;
  #missed = 0;

  /** @param url of Prometheus @param expected names of alerts that should fire */
  constructor(url: string, expected: readonly string[]) {
    this.#url = new URL('/api/v1/query', url);
    this.#url.searchParams.set('query', 'ALERTS{alertstate="firing"}');
    this.#expected = expected;
  }

  /** Something was broken now: alerts are counted from the first such moment. */
  broken(atNs: bigint): void {
    if (this.#faultNs !== undefined) return;
    this.#faultNs = atNs;
    [this.#looked, this.#missed] = [0, 0];
  }

  /** Looks every 5 s until it is disposed of. @throws SetupError where Prometheus does not answer the first time */
  async watch(sink: Sink): Promise<AsyncDisposable> {
    await this.#look(sink);
    // Later it may be away for a moment, as everything in a cluster that is being broken.
    const looking = repeat(() => this.#look(sink).catch(() => void this.#missed++), lookEveryMs);
    return {
      [Symbol.asyncDispose]: async () => {
        await looking[Symbol.asyncDispose]();
        const counts = { expected: [...this.#expected], looks: this.#looked, missed: this.#missed };
        sink({ kind: 'alertwatch', ...counts }, process.hrtime.bigint());
      },
    };
  }

  /** What fired, after how long, and what should have and did not. */
  remarks(): Remark[] {
    const seconds = (ns: bigint) => (Number(ns) / 1e9).toFixed(0);
    const fired = this.#firings.map(({ name, fromNs, untilNs }): Remark => {
      const since = this.#faultNs;
      const after =
        since === undefined
          ? 'fired'
          : fromNs < since
            ? 'fired before the fault'
            : `fired ${seconds(fromNs - since)} s after the fault (± ${lookEveryMs / 1_000} s)`;
      return {
        name: `alert ${name}`,
        text: untilNs === undefined ? `${after}, and still does` : `${after}, for ${seconds(untilNs - fromNs)} s`,
      };
    });
    const silent = this.#expected.filter(
      (name) =>
        !this.#firings.some((one) => one.name === name && (this.#faultNs === undefined || one.fromNs >= this.#faultNs)),
    );
    return [
      ...fired,
      ...silent.map((name) => ({
        name: `alert ${name}`,
        text: `should have fired, and did not in ${this.#looked} looks`,
      })),
      ...(fired.length + silent.length > 0 ? [] : [{ name: 'alerts', text: `none fired in ${this.#looked} looks` }]),
    ];
  }

  async #look(sink: Sink): Promise<void> {
    const names = await this.#firingNow();
    const atNs = process.hrtime.bigint();
    this.#looked++;
    const report = (name: string, state: 'firing' | 'resolved') =>
      sink({ kind: 'alert', name, state, source: 'prometheus', value: state === 'firing' ? 1 : 0, threshold: 0 }, atNs);
    const open = this.#firings.filter(({ untilNs }) => untilNs === undefined);
    for (const name of names) {
      if (open.some((one) => one.name === name)) continue;
      this.#firings.push({ name, fromNs: atNs });
      report(name, 'firing');
    }
    for (const one of open) {
      if (names.has(one.name)) continue;
      one.untilNs = atNs;
      report(one.name, 'resolved');
    }
  }

  async #firingNow(): Promise<ReadonlySet<string>> {
    const answer = await fetch(this.#url, { signal: AbortSignal.timeout(answerWithinMs) }).catch((error: Error) => {
      const { cause } = error;
      throw new SetupError(
        `Prometheus at ${this.#url.origin} does not answer: ${cause instanceof Error ? cause.message : error.message}`,
      );
    });
    if (!answer.ok) throw new SetupError(`Prometheus at ${this.#url.origin} answered ${answer.status}`);
    const { data } = (await answer.json()) as Answer;
    return new Set((data?.result ?? []).map(({ metric }) => metric.alertname ?? 'unnamed'));
  }
}
