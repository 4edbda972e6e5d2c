/** Fits the Pooler that the load goes through. */
import { UsageError } from '../../../errors.ts';
import { type Fitting, type Mutable, placeOf } from './change.ts';
import { shrinkProcessors } from './resources.ts';
import type { Surroundings } from './surroundings.ts';

/** NodePorts lead to so many PgBouncers. */
const mostPoolers = 9;
const serverLabel = 'node-role.kubernetes.io/control-plane';

/** @throws UsageError where there are more PgBouncers than the drill can reach one by one */
export function fitPooler(fitting: Fitting, pooler: Mutable, { images, processors }: Surroundings): void {
  const { spec } = pooler;
  if ((spec.instances ?? 1) > mostPoolers)
    throw new UsageError(
      `${placeOf(fitting.placed(pooler))}: the k3s stack stands up ${mostPoolers} PgBouncers at most, but the Pooler ${pooler.metadata.name} has ${spec.instances}`,
    );
  if (spec.pgbouncer?.paused)
    fitting.remove(pooler, ['spec', 'pgbouncer', 'paused'], 'a paused PgBouncer serves no client');
  if (spec.monitoring?.enablePodMonitor)
    fitting.remove(pooler, ['spec', 'monitoring'], 'the drill has no Prometheus operator');
  for (const field of ['authQuerySecret', 'serverTLSSecret', 'serverCASecret', 'clientCASecret', 'clientTLSSecret']) {
    const name = spec.pgbouncer?.[field]?.name;
    if (name && !fitting.has('Secret', name)) {
      fitting.remove(pooler, ['spec', 'pgbouncer', field], 'the operator makes an account and certificates of its own');
      if (field === 'authQuerySecret')
        fitting.remove(pooler, ['spec', 'pgbouncer', 'authQuery'], 'it goes with authQuerySecret');
    }
  }
  fitTemplate(fitting, pooler, images, processors);
}

function fitTemplate(fitting: Fitting, pooler: Mutable, images: readonly string[], processors: number): void {
  const template = pooler.spec.template?.spec;
  (template?.containers ?? []).forEach((container: Mutable, i: number) => {
    const at = ['spec', 'template', 'spec', 'containers', i];
    if (images.length > 0 && container.image && !images.includes(container.image))
      fitting.remove(pooler, [...at, 'image'], 'no image can be pulled, and the nodes import the operator’s own');
    if (container.imagePullPolicy === 'Always')
      fitting.remove(pooler, [...at, 'imagePullPolicy'], 'it would ask a registry for an image that the node has');
    shrinkProcessors(fitting, pooler, [...at, 'resources'], processors);
  });
  for (const field of ['imagePullSecrets', 'priorityClassName', 'topologySpreadConstraints', 'schedulerName'])
    if (template?.[field] !== undefined)
      fitting.remove(pooler, ['spec', 'template', 'spec', field], 'the nodes of the drill do not have what it names');
  const why = 'PgBouncers run on the server node, where no fault of an instance’s node reaches them';
  if (!template)
    fitting.set(pooler, ['spec', 'template'], { metadata: {}, spec: { containers: [], ...onServer } }, why);
  else {
    if (template.containers === undefined)
      fitting.set(pooler, ['spec', 'template', 'spec', 'containers'], [], 'the API asks for it');
    fitting.remove(pooler, ['spec', 'template', 'spec', 'affinity'], why);
    for (const [field, value] of Object.entries(onServer))
      fitting.set(pooler, ['spec', 'template', 'spec', field], value, why);
  }
}

const onServer = {
  nodeSelector: { [serverLabel]: 'true' },
  tolerations: [{ key: serverLabel, operator: 'Exists', effect: 'NoSchedule' }],
};
