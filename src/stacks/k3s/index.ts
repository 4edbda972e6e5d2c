/** The `k3s` stack: the real CloudNativePG on a Kubernetes of its own, whose nodes are containers. */
import { randomBytes } from 'node:crypto';
import { SetupError } from '../../errors.ts';
import { plannedSettings, readFacts } from '../cnpg/facts.ts';
import type { Kube } from '../cnpg/kube.ts';
import { loadDatabase, manifestSite } from '../cnpg/names.ts';
import { chooseSettings, settingsHelp } from '../cnpg/settings.ts';
import type { OpenOptions, Stack } from '../stack.ts';
import { bringUp } from './bring-up.ts';
import { readK3sConfig } from './config.ts';
import { connectInstance, currentPrimary } from './connect.ts';
import { diagnose } from './diagnose.ts';
import { abandonedStacks, keptStacks, removeStack, stackLabels } from './docker.ts';
import { faultContext } from './faults/context.ts';
import { k3sFaults } from './faults/index.ts';
import { OpenK3s } from './open-k3s.ts';
import { kubeOf } from './reopen.ts';
import { dockerResidue } from './residue.ts';
import { whyUnavailable } from './unavailable.ts';

export const k3sStack: Stack = {
  kind: 'k3s',
  capabilities: new Set(k3sFaults.keys()),
  settings: settingsHelp,
  unavailable: () => whyUnavailable(),
  planned: (topology) => plannedSettings(chooseSettings(topology), topology.durability),
  open,
  async heal({ stackId, fault, how }) {
    const kube = await kubeOf(stackId);
    if (!kube) return `stack ${stackId} is gone, and what was broken in it`;
    const known = k3sFaults.get(fault);
    if (!known) throw new SetupError(`the undo record names the fault ${fault}, which the k3s stack does not have`);
    return known.heal(faultContext(stackId, kube), how);
  },
  kept: keptStacks,
  abandoned: abandonedStacks,
  remove: removeStack,
  residue: dockerResidue,
};

/** Opens a stack; whatever goes wrong or is aborted on the way, nothing of it is left in Docker. */
async function open({ topology, folder, signal, progress, keep = false }: OpenOptions): Promise<OpenK3s> {
  const config = readK3sConfig();
  const why = await whyUnavailable(config);
  if (why) throw new SetupError(why);
  chooseSettings(topology);
  const stackId = randomBytes(3).toString('hex');
  const labels = await stackLabels(stackId, keep);
  let kube: Kube | undefined;
  const background: Promise<unknown>[] = [];
  const building = bringUp({
    stackId,
    config,
    topology,
    labels,
    signal,
    progress,
    background,
    onApi: (api) => (kube = api),
  });
  // A container that is being started cannot be told to stop: it is removed under the start's hands.
  const onAbort = () => void removeStack(stackId).catch(() => {});
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const k3s = await building;
    const primary = await connectInstance(k3s, await currentPrimary(k3s), loadDatabase);
    const facts = await readFacts(k3s.kube, manifestSite, primary, k3s.poolers.podOf(k3s.poolers.names[0]!)).finally(
      () => primary.end(),
    );
    signal.throwIfAborted();
    return new OpenK3s(k3s, facts, keep);
  } catch (error) {
    if (!signal.aborted) await diagnose(stackId, kube, folder).catch(() => {});
    progress('taking down what was started');
    await removeStack(stackId);
    // A node that was being created meanwhile is there by now.
    await Promise.allSettled(background);
    await removeStack(stackId);
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
