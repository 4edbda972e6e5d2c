import { type AnomalyName, anomalyNames } from './levels.ts';

/** One dependency of an anomaly: transaction `to` comes after `from`. */
export interface Dependency {
  readonly from: number;
  readonly to: number;
  readonly type: 'ww' | 'wr' | 'rw';
  readonly key: number;
  /** What `to` appended (ww, rw) or read (wr); absent where it read the empty list. */
  readonly element?: number;
}

/** One anomaly with what shows it. Transactions by their number in the history. */
export interface Anomaly {
  readonly name: AnomalyName;
  readonly transactions: readonly number[];
  /** The cycle, edge by edge; empty where the reads alone show the anomaly. */
  readonly dependencies: readonly Dependency[];
  /** In one sentence. */
  readonly text: string;
}

/** A name for two transactions, whichever comes first. */
export const pairOf = (transactions: readonly number[]): string => [...transactions].sort((a, b) => a - b).join(' ');

/** Evidence kept of each kind: a broken database shows thousands of one kind, which differ in nothing that helps. */
const mostKept = 20;

/** Collects anomalies: counts all, keeps the first of each kind. */
export class Findings {
  readonly #kept = new Map<AnomalyName, Anomaly[]>();
  readonly #counts = new Map<AnomalyName, number>();

  add(anomaly: Anomaly): void {
    const count = (this.#counts.get(anomaly.name) ?? 0) + 1;
    this.#counts.set(anomaly.name, count);
    if (count > mostKept) return;
    const kept = this.#kept.get(anomaly.name) ?? [];
    kept.push(anomaly);
    this.#kept.set(anomaly.name, kept);
  }
  /** The gravest kind first. */
  get kept(): readonly Anomaly[] {
    return anomalyNames.flatMap((name) => this.#kept.get(name) ?? []);
  }
  get counts(): Readonly<Partial<Record<AnomalyName, number>>> {
    return Object.fromEntries(
      anomalyNames.filter((name) => this.#counts.has(name)).map((name) => [name, this.#counts.get(name)!]),
    );
  }
}
