/** `pgdrill heal --forget`: the lease of a dead drill is given back, and what it recorded is kept in a file. */
import { join } from 'node:path';
import { writeDurably } from '../safety/durable.ts';
import { ownStateFolder } from '../safety/state-folder.ts';
import { askForName } from './ask.ts';
import { nameOfFlags } from './cluster.ts';
import { type HealFlags, recordsOf } from './heal-cluster.ts';
import { say } from './say.ts';

/** @throws UsageError where the drill is alive, or nobody agreed */
export async function forgetThere(flags: HealFlags): Promise<void> {
  const { clusterAt } = await import('../stacks/cluster/index.ts');
  const { agentLines, forgetLease } = await import('../stacks/cluster/safety/forget.ts');
  const { whoami } = await import('../stacks/cluster/safety/audit.ts');
  const { idOf } = await import('../stacks/cluster/options.ts');
  const name = nameOfFlags(flags);
  const { onDisk, forget } = recordsOf(idOf(name));
  const here = await onDisk();
  let file = '';
  const forgotten = await forgetLease(clusterAt(name, flags.operatorNamespace), {
    ...{ say, signal: new AbortController().signal, user: whoami() },
    confirm: (lines) => confirmForgetting(lines, name.cluster, flags),
    keep: async (what) => {
      const at = new Date().toISOString();
      const base = `${at.replace(/\W/g, '')}-${name.namespace}-${name.cluster}.json`;
      file = join(await ownStateFolder('forgotten'), base);
      await writeDurably(file, { at, ...name, ...what, onThisMachine: here });
    },
  });
  if (!forgotten) {
    say(`no drill has left a lease on ${name.cluster}`);
    return;
  }
  await forget();
  for (const line of agentLines(forgotten.agents, name.namespace)) say(line);
  say(`the lease ${forgotten.lease} is given back, and nothing was undone; what it recorded is in ${file}`);
}

async function confirmForgetting(lines: readonly string[], cluster: string, { yes }: HealFlags): Promise<void> {
  for (const line of lines) say(line);
  if (yes) return;
  await askForName(cluster, { what: '--forget', purpose: 'To forget this', refused: 'nothing was forgotten' });
}
