/** Injects a fault in the order that safety requires: examine the target, write the undo record, break, prove. */
import { randomUUID } from 'node:crypto';
import { SetupError } from '../errors.ts';
import type { PreparedFault } from '../faults/contract.ts';
import type { FaultKind } from '../faults/index.ts';
import type { StackKind, Target, UndoRecord } from '../faults/target.ts';
import { log } from '../log/log.ts';
import type { ActiveFault } from './stack.ts';

export interface Injection {
  readonly stack: StackKind;
  readonly stackId: string;
  readonly fault: FaultKind;
  readonly target: Target;
  readonly prepared: PreparedFault;
  /** Stores the undo record. Resolves once the record is where another process finds it; nothing is undone here. */
  readonly recordUndo: (record: UndoRecord) => Promise<void>;
  /** Undoes it and proves that. Does nothing where it is undone already. */
  readonly heal: (how: UndoRecord['how']) => Promise<string>;
}

/** The fault is still in effect: its undo record has to stay. */
export class NotHealed extends SetupError {}

/**
 * @throws the error of the step that failed, after undoing what was done
 * @throws NotHealed where that failed too
 */
export async function inject({ prepared, recordUndo, heal, ...what }: Injection): Promise<ActiveFault> {
  const record: UndoRecord = { id: randomUUID(), ...what, how: prepared.how };
  const about = {
    fault: what.fault,
    target: what.target.name,
    stack: `${what.stack} ${what.stackId}`,
    undo: record.id,
  };
  const healOnce = once(() => {
    log.info('fault is being healed', about);
    return heal(record.how);
  });
  try {
    await recordUndo(record);
    log.info('fault is injected', about);
    const [, injected] = await timed(() => prepared.breakIt());
    const [proof, effective] = await timed(() => prepared.prove());
    log.info('fault is effective', { ...about, proof });
    const { account, described, lastsMs } = prepared;
    return {
      ...{ injected, effective, proof, heal: healOnce },
      ...(described && { described }),
      ...(lastsMs !== undefined && { lastsMs }),
      ...(account && { account: () => account.call(prepared) }),
    };
  } catch (error) {
    log.error('fault could not be injected or proved', { ...about, why: error });
    await healOnce().catch((why: Error) => {
      const what = `${(error as Error).message}; what was broken could not be undone: ${why.message}`;
      throw new NotHealed(`${what}; run: pgdrill heal`, { cause: error });
    });
    throw error;
  }
}

/** All callers get the result of one call; one that fails is made again by the next caller. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= work().catch((error: unknown) => {
      running = undefined;
      throw error;
    });
    return running;
  };
}

/** Runs something and reads the clock before and after. */
async function timed<T>(work: () => Promise<T>): Promise<[T, { beforeNs: bigint; afterNs: bigint }]> {
  const beforeNs = process.hrtime.bigint();
  const result = await work();
  return [result, { beforeNs, afterNs: process.hrtime.bigint() }];
}
