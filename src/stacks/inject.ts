/** Breaking something in the order that safety asks for: looked at, undo written, broken, proved. */
import { randomUUID } from 'node:crypto';
import type { PreparedFault } from '../faults/contract.ts';
import type { FaultKind } from '../faults/index.ts';
import type { StackKind, Target, UndoRecord } from '../faults/target.ts';
import type { ActiveFault } from './stack.ts';

export interface Injection {
  readonly stack: StackKind;
  readonly stackId: string;
  readonly fault: FaultKind;
  readonly target: Target;
  readonly prepared: PreparedFault;
  /** Resolves once the record is where another process finds it. */
  readonly undo: (record: UndoRecord) => Promise<void>;
  /** Undoes it and proves that. */
  readonly heal: (how: UndoRecord['how']) => Promise<string>;
}

/** @throws SetupError where it cannot be proved, after healing it */
export async function inject({ prepared, undo, heal, ...what }: Injection): Promise<ActiveFault> {
  const record: UndoRecord = { id: randomUUID(), ...what, how: prepared.how };
  await undo(record);
  let healing: Promise<string> | undefined;
  const healOnce = () => (healing ??= heal(record.how));
  try {
    const [, injected] = await timed(() => prepared.breakIt());
    const [proof, effective] = await timed(() => prepared.prove());
    return { injected, effective, proof, heal: healOnce };
  } catch (error) {
    await healOnce();
    throw error;
  }
}

/** Runs something and reads the clock before and after. */
async function timed<T>(work: () => Promise<T>): Promise<[T, { beforeNs: bigint; afterNs: bigint }]> {
  const beforeNs = process.hrtime.bigint();
  const result = await work();
  return [result, { beforeNs, afterNs: process.hrtime.bigint() }];
}
