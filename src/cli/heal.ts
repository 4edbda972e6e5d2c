import { Command } from 'commander';
import { SetupError, UsageError } from '../errors.ts';
import { healDead } from '../run/heal.ts';
import { findLeftUndos, removeUnfinishedUndos } from '../safety/undo.ts';
import { loadStack } from '../stacks/index.ts';
import { addNameOptions } from './cluster.ts';
import { forgetThere } from './forget-cluster.ts';
import { type HealFlags, healOwnDrills, healThere } from './heal-cluster.ts';
import { say } from './say.ts';

/** `pgdrill heal`: undoes and removes what dead runs left, of every stack that works here, or of a cluster. */
export function healCommand(): Command {
  const command = new Command('heal')
    .description('undo and remove what a dead run left behind; does not touch running drills')
    .option('--wait', 'cluster: wait until the current drill has ended or died, then heal')
    .option(
      '--for-drills <time>',
      'cluster: be the watchdog of drills that begin within this time, of each after the other, such as 10m',
    );
  command
    .option('--forget', 'cluster: give the lease of a dead drill back without undoing what it records')
    .option('--yes', 'cluster: do not ask before anything is undone, or forgotten');
  return addNameOptions(command).action(async (options: HealFlags) => {
    const named = options.context ?? options.namespace ?? options.cluster;
    const forCluster = { '--wait': options.wait, '--for-drills': options.forDrills, '--forget': options.forget };
    const given = Object.entries(forCluster).flatMap(([option, value]) => (value === undefined ? [] : [option]));
    if (named === undefined && given.length > 0)
      throw new UsageError(`${given[0]} is for a cluster: name it with --context, --namespace and --cluster`);
    if (options.forget) {
      if (given.length > 1) throw new UsageError(`--forget undoes nothing, so it cannot be combined with ${given[0]}`);
      await forgetThere(options);
      return;
    }
    const left = named === undefined ? await healHere(options) : await healThere(options);
    if (left.length > 0) throw new SetupError(`left over after healing: ${left.join('; ')}`);
    say('nothing is left behind');
  });
}

/** What dead runs of this machine left, on every kind of stack. @returns what is still there */
async function healHere(options: HealFlags): Promise<string[]> {
  await removeUnfinishedUndos();
  const { records, refused } = await findLeftUndos();
  const left: string[] = [];
  for (const kind of ['lab', 'k3s'] as const) {
    const of = records.filter(({ stack }) => stack === kind);
    left.push(...(await healDead(await loadStack(kind), of, say)));
  }
  left.push(...(await healOwnDrills(options)));
  for (const { file, why } of refused)
    left.push(`${file}, an undo record that pgdrill refuses (${why}): delete it once no stack of a dead run is left`);
  return left;
}
