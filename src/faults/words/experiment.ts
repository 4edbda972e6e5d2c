import { z } from 'zod';
import type { FaultContract } from '../contract.ts';
import { right } from '../right.ts';
import { name } from '../undo-schema.ts';

/** The kinds of Chaos Mesh that break pods, by the names of their resources. */
export const experimentKinds = {
  PodChaos: 'podchaos',
  NetworkChaos: 'networkchaos',
  IOChaos: 'iochaos',
  StressChaos: 'stresschaos',
  TimeChaos: 'timechaos',
} as const;
export type ExperimentKind = keyof typeof experimentKinds;
const kinds = Object.keys(experimentKinds) as [ExperimentKind, ...ExperimentKind[]];

const file = 'expected the file of an experiment of Chaos Mesh: ./pod-failure.yaml';
/** What `experimentName` in `chaos-mesh/experiment.ts` makes. */
const named = z
  .string()
  .max(90)
  .regex(/^pgdrill-[a-z0-9]([a-z0-9.-]*[a-z0-9])?-[0-9a-f]{6}$/, 'expected the name of a drill’s experiment');

export const experiment = {
  means: 'an experiment of Chaos Mesh, from a file of yours, breaks the instance’s pod',
  says: (it, { file: from }: { readonly file: string }, lasted) =>
    `the experiment ${from} of Chaos Mesh was in effect on ${it}${lasted}`,
  provedBy:
    'Chaos Mesh reports that it was injected into this pod; where the experiment changes the pod, so does the pod',
  undoneBy: 'its resource is deleted, and Chaos Mesh has let go of it',
  target: 'instance',
  parameters: z.strictObject({
    /** YAML of one resource, relative to the working directory. */
    file: z.string(file).min(1, file),
  }),
  ends: 'unaided',
  healingEndsOutage: true,
  takeover: true,
  onCluster: {
    api: { groupVersion: 'chaos-mesh.org/v1alpha1', of: 'Chaos Mesh' },
    rights: Object.entries(experimentKinds).map(([kind, resource]) =>
      right('chaos-mesh.org', resource, 'create get delete', `the ${kind} of the drill`),
    ),
  },
  undo: { cluster: z.strictObject({ kind: z.enum(kinds), name: named, pod: name }) },
  trial: { not: 'it needs Chaos Mesh', parameters: { file: 'fixtures/experiments/pod-kill.yaml' } },
} as const satisfies FaultContract;
