/**
 * The `lab` stack: the reference architecture of Patroni, of real processes on simulated hosts. What opens and removes one
 * is loaded when it is called, so that `list` and `plan`, which only ask what the lab can do, do not wait for it.
 */
import { SetupError } from '../../errors.ts';
import { contractOf, faultKinds } from '../../faults/index.ts';
import type { Stack } from '../stack.ts';
import { labKnobs, plannedSettings } from './settings.ts';
import { timers } from './timers.ts';

export const labStack: Stack = {
  kind: 'lab',
  // By the contracts, which are small: the faults themselves are most of the lab’s modules.
  capabilities: new Set([...faultKinds.filter((kind) => contractOf(kind)?.undo.lab), 'backup' as const]),
  settings: labKnobs,
  timers,
  planned: plannedSettings,
  unavailable: async () => (await import('./unavailable.ts')).whyUnavailable(),
  open: async (options) => (await import('./open.ts')).openLab(options),
  async heal({ stackId, fault, how }) {
    const { readState } = await import('./state.ts');
    const state = await readState(stackId);
    if (!state) return `lab ${stackId} is gone, and what was broken in it`;
    const known = (await import('./faults/index.ts')).labFaults.get(fault);
    if (!known) throw new SetupError(`the undo record names the fault ${fault}, which the lab does not have`);
    return known.heal(state, how);
  },
  kept: async () => (await import('./state.ts')).keptLabs(),
  abandoned: async () => (await import('./state.ts')).abandonedLabs(),
  remove: async (id) => (await import('./create.ts')).removeLab(id),
  residue: async (id) => (await import('./create.ts')).labResidue(id),
};
