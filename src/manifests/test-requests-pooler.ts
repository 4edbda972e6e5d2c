/** For tests: the pause of a Pooler as a drill sends it, and what else the right to patch Poolers would reach. */
import type { AdmissionRequest } from './test-admission.ts';
import { type Asked, no, request, yes } from './test-requests.ts';

const cnpg = { group: 'postgresql.cnpg.io', version: 'v1' };
interface Pooler {
  metadata: Record<string, unknown>;
  spec: Record<string, unknown> & { cluster: { name: string }; pgbouncer?: Record<string, unknown> };
}
const pooler = (): Pooler => ({
  ...{ apiVersion: 'postgresql.cnpg.io/v1', kind: 'Pooler' },
  metadata: { name: 'pool', namespace: 'db', uid: 'u', generation: 1, labels: { team: 'a' }, managedFields: [] },
  spec: {
    ...{ cluster: { name: 'pg' }, type: 'rw', instances: 2 },
    pgbouncer: { poolMode: 'transaction', paused: false, parameters: { default_pool_size: '20' } },
  },
});
const patch = (
  change: (pooler: Pooler) => void,
  before: Pooler = pooler(),
  more: Partial<AdmissionRequest> = {},
): AdmissionRequest => {
  const object = structuredClone(before);
  // Both change with every update.
  Object.assign(object.metadata, { generation: 2, managedFields: [{ manager: 'pgdrill', operation: 'Update' }] });
  change(object);
  const kind = { ...cnpg, kind: 'Pooler' };
  return request('UPDATE', 'poolers', {
    ...{ kind, resource: { ...cnpg, resource: 'poolers' }, name: 'pool', namespace: 'db', object, oldObject: before },
    ...more,
  });
};
const pausing = (paused: boolean | undefined) => (one: Pooler) => {
  one.spec.pgbouncer = { ...one.spec.pgbouncer, paused };
  if (paused === undefined) delete one.spec.pgbouncer.paused;
};
/** The Pooler as it is while it is paused. */
const paused = (): Pooler => {
  const one = pooler();
  pausing(true)(one);
  return one;
};
const ofOther = (): Pooler => ({ ...pooler(), spec: { ...pooler().spec, cluster: { name: 'other' } } });
const bare = (): Pooler => ({ ...pooler(), spec: { cluster: { name: 'pg' } } });
const template = { spec: { containers: [{ name: 'pgbouncer', image: 'evil:1' }] } };

export const ofPoolers: readonly Asked[] = [
  yes('the pause of a Pooler', patch(pausing(true))),
  yes('the pause of a Pooler without settings', patch(pausing(true), bare())),
  yes('the end of a pause', patch(pausing(false), paused())),
  no('the pause of a Pooler of another Cluster', patch(pausing(true), ofOther())),
  no('the pause of a Pooler in another namespace', patch(pausing(true), pooler(), { namespace: 'prod' })),
  no(
    'a Pooler that is taken to the Cluster',
    patch((one) => void (one.spec.cluster = { name: 'pg' }), ofOther()),
  ),
  no(
    'a Pooler that is sent to another Cluster',
    patch((one) => void (one.spec.cluster = { name: 'other' })),
  ),
  no(
    'the pods of a Pooler',
    patch((one) => void (one.spec.template = template)),
  ),
  no(
    'the pods of a Pooler beside its pause',
    patch((one) => {
      pausing(true)(one);
      one.spec.template = template;
    }),
  ),
  no(
    'the number of its pods',
    patch((one) => void (one.spec.instances = 0)),
  ),
  no(
    'the settings of PgBouncer',
    patch((one) => void (one.spec.pgbouncer = { ...one.spec.pgbouncer, parameters: { auth_type: 'any' } })),
  ),
  no(
    'the query that passwords are looked up by',
    patch((one) => void (one.spec.pgbouncer = { ...one.spec.pgbouncer, authQuery: 'select 1' })),
  ),
  no(
    'the removal of the settings of PgBouncer',
    patch((one) => void delete one.spec.pgbouncer),
  ),
  no(
    'a label of a Pooler',
    patch(({ metadata }) => void (metadata.labels = { team: 'b' })),
  ),
  no(
    'an annotation of a Pooler',
    patch(({ metadata }) => void (metadata.annotations = { a: 'b' })),
  ),
  no(
    'an owner of a Pooler',
    patch(({ metadata }) => void (metadata.ownerReferences = [{ kind: 'ConfigMap', name: 'x', uid: '1' }])),
  ),
  no(
    'a finalizer of a Pooler',
    patch(({ metadata }) => void (metadata.finalizers = ['a.b/c'])),
  ),
];
