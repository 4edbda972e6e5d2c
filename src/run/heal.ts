/** Undoes what dead runs left on stacks of one kind of this machine, and removes those stacks. */

import type { UndoRecord } from '../faults/target.ts';
import { removeUndo } from '../safety/undo.ts';
import type { Stack } from '../stacks/stack.ts';

export type DeadStacks = Pick<Stack, 'kind' | 'abandoned' | 'heal' | 'remove' | 'residue'>;

/**
 * Undoes the faults first, then removes the stacks. A failure does not keep others from being undone or removed.
 * @param records of dead runs on stacks of this kind, the last fault first
 * @param say called with a line for each thing done
 * @returns what is left over, one entry each; its record is kept
 */
export async function healDead(
  stack: DeadStacks,
  records: readonly UndoRecord[],
  say: (line: string) => void,
): Promise<string[]> {
  const abandoned = await stack.abandoned();
  const left: string[] = [];
  for (const record of records) {
    const what = `${stack.kind}: ${record.fault} of ${record.target.name}`;
    try {
      say(`${what}: ${await stack.heal(record)}`);
      await removeUndo(record);
    } catch (error) {
      const { message } = error as Error;
      // After a restart of the machine, for example, nothing can be undone: what is left goes with the stack.
      if (abandoned.includes(record.stackId)) say(`${what}: not undone (${message}), but its whole stack is removed`);
      else left.push(`${what}, which could not be undone: ${message}`);
    }
  }
  for (const id of abandoned)
    try {
      say(`${stack.kind}: removing ${id}`);
      await stack.remove(id);
      const { found } = await stack.residue(id);
      left.push(...found);
      if (found.length === 0) for (const record of records) if (record.stackId === id) await removeUndo(record);
    } catch (error) {
      left.push(`${stack.kind} ${id}, which could not be removed: ${(error as Error).message}`);
    }
  return left;
}
