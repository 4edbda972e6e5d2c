import { Command } from 'commander';
import { SetupError, UsageError } from '../errors.ts';
import { findLeftUndos, leftUndos, removeUndo } from '../safety/undo.ts';
import { loadStack } from '../stacks/index.ts';
import type { Stack } from '../stacks/stack.ts';
import { addNameOptions } from './cluster.ts';
import { type HealFlags, healOwnDrills, healThere } from './heal-cluster.ts';

/** `pgdrill heal`: undoes and removes whatever dead runs left, of every stack that works here, or of a cluster. */
export function healCommand(): Command {
  const command = new Command('heal')
    .description('undo and remove what a dead run left behind; runs that are alive are not touched')
    .option('--wait', 'cluster: wait until the drill that is under way has ended or died, then heal');
  return addNameOptions(command).action(async (options: HealFlags) => {
    const named = options.context ?? options.namespace ?? options.cluster;
    if (named === undefined && options.wait)
      throw new UsageError('--wait is for a cluster: name it with --context, --namespace and --cluster');
    const left = named === undefined ? await healHere(options) : await healThere(options);
    if (left.length > 0) throw new SetupError(`still there after healing: ${left.join('; ')}`);
    console.log('nothing is left behind');
  });
}

/** What dead runs of this machine left, wherever it is. @returns what is still there */
async function healHere(options: HealFlags): Promise<string[]> {
  const left = [...(await heal(await loadStack('lab'))), ...(await heal(await loadStack('k3s')))];
  left.push(...(await healOwnDrills(options)));
  for (const file of (await findLeftUndos()).torn)
    left.push(`${file}, an undo record that cannot be read: delete it once no stack of a dead run is left`);
  return left;
}

/** Undoes the faults of dead runs first, then removes their stacks. @returns what is still there */
async function heal(stack: Stack): Promise<readonly string[]> {
  const abandoned = await stack.abandoned();
  for (const record of await leftUndos(stack.kind)) {
    const goesAnyway = abandoned.includes(record.stackId);
    const proof = await stack.heal(record).catch((error: Error) => {
      // After a restart of the machine, say, there is nothing to undo it in: what is left goes with the stack.
      if (goesAnyway) return `not undone (${error.message}), but its whole stack is removed`;
      throw error;
    });
    console.log(`${stack.kind}: ${record.fault} of ${record.target.name}: ${proof}`);
    await removeUndo(record);
  }
  const left: string[] = [];
  for (const id of abandoned) {
    console.log(`${stack.kind}: removing ${id}`);
    await stack.remove(id);
    left.push(...(await stack.residue(id)).found);
  }
  return left;
}
