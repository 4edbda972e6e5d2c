/** How the contract test of the stacks tries each fault, from the fault's own `trial`. */
import type { FaultContract } from '../faults/contract.ts';
import { type FaultKind, faults } from '../faults/index.ts';
import { parseParameters } from '../faults/parameters.ts';
import type { Target } from '../faults/target.ts';
import type { OpenStack, Parameters } from './stack.ts';

/** On the plain topology, and so that another can follow. */
export const canBeTried = (fault: FaultKind): boolean => contract(fault).trial.not === undefined;
export const healsElsewhere = (fault: FaultKind): boolean => contract(fault).trial.elsewhere === true;

const contract = (fault: FaultKind): FaultContract => faults[fault];
export const parametersOf = (fault: FaultKind): Parameters =>
  parseParameters(fault, contract(fault), contract(fault).trial.parameters).own;

/** What a fault can be aimed at on every stack. */
export async function targetOf(open: OpenStack, fault: FaultKind): Promise<Target> {
  const { target: kind, trial } = contract(fault);
  if (kind === 'instance') return trial.at === 'standby' ? standbyOf(open) : open.primary();
  if (kind === 'group') return { kind, name: 'zone', hosts: [(await standbyOf(open)).name] };
  return { kind, name: kind === 'pooler' ? open.facts.poolers[0]! : kind };
}

async function standbyOf(open: OpenStack): Promise<Target> {
  const { name } = await open.primary();
  return (await open.instances()).find((instance) => instance.name !== name)!;
}
