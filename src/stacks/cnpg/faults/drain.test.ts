import { expect } from 'chai';
import type { Target } from '../../../faults/target.ts';
import type { Kube } from '../api/kube.ts';
import type { Ref } from '../objects.ts';
import type { ClusterAt } from './at.ts';
import { cordonedBy, drain } from './drain.ts';

const site = { namespace: 'db', cluster: 'pg', operatorNamespace: 'cnpg-system' };
const target: Target = { kind: 'instance', name: 'pg-1', host: 'node-a', address: '10.0.0.1' };

/** A cluster whose disruption budget refuses so many evictions; `done` lists what was asked of it, in order. */
function cluster({ refuses = 0, ready = true, node = 'node-a', cordoned = false, gone = false, mark = '' } = {}) {
  const done: string[] = [];
  const annotations = mark ? { [cordonedBy]: mark } : {};
  let onNode = { metadata: { name: 'node-a', annotations }, spec: { unschedulable: cordoned } };
  let uid = 'old';
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }];
  const pod = () => ({
    metadata: { name: 'pg-1', uid },
    spec: { nodeName: node },
    status: { podIP: '10.0.0.9', phase: 'Running', conditions, containerStatuses: [{ restartCount: 0, ready }] },
  });
  const kube = {
    list: async () => [pod()],
    read: async ({ kind }: Ref) => (kind !== 'Node' ? pod() : gone ? undefined : onNode),
    patch: async ({ metadata: { name } }: Ref, change: { metadata: object; spec: { unschedulable: true | null } }) => {
      onNode = {
        metadata: { name, ...change.metadata } as never,
        spec: { unschedulable: !!change.spec.unschedulable },
      };
      done.push(`${change.spec.unschedulable ? 'cordon' : 'uncordon'} ${name}`);
    },
    evict: async ({ metadata }: Ref) => {
      done.push(`evict ${metadata.name}`);
      if (refuses-- > 0) return false;
      uid = 'new';
      return true;
    },
  };
  return { done, at: { kube: kube as unknown as Kube, site } satisfies ClusterAt };
}

describe('draining a node', () => {
  it('cordons it, and asks for the eviction until the disruption budget lets the primary go', async function slow() {
    this.timeout(20_000);
    const { at, done } = cluster({ refuses: 1 });
    const { how, breakIt, prove } = await drain.prepare(at, target, {});
    expect(how).to.deep.equal({ node: 'node-a', pod: 'pg-1' });
    expect(done).to.deep.equal([]);
    await breakIt();
    expect(await prove()).to.equal('node-a takes no pods, pg-1 was evicted at the request number 2');
    expect(done).to.deep.equal(['cordon node-a', 'evict pg-1', 'evict pg-1']);
  });

  it('is undone by another process, again and again', async () => {
    const { at, done } = cluster();
    const { how, breakIt } = await drain.prepare(at, target, {});
    await breakIt();
    await drain.heal(at, how);
    expect(await drain.heal(at, how)).to.match(/^node-a takes pods again; pg-1 is ready again/);
    expect(done).to.deep.equal(['cordon node-a', 'uncordon node-a']);
  });

  it('is undone without its instance too, and where the node is gone', async () => {
    const { at, done } = cluster({ ready: false });
    const { how, breakIt } = await drain.prepare(at, target, {});
    await breakIt();
    expect(await drain.healWithout!(at, how)).to.equal('node-a takes pods again');
    expect(done).to.deep.equal(['cordon node-a', 'uncordon node-a']);
    expect(await drain.healWithout!(cluster({ gone: true }).at, how)).to.equal('node-a no longer exists');
  });

  it('leaves a node alone that nothing says a drill cordoned, whatever the undo record says', async () => {
    const { at, done } = cluster({ cordoned: true });
    const error = await drain.heal(at, { node: 'node-a', pod: 'pg-1' }).catch((reason: Error) => reason);
    expect(String(error))
      .to.include('nothing on it says that a drill on pg did that')
      .and.include('kubectl uncordon node-a');
    expect(done).to.deep.equal([]);
  });

  it('is refused on a node that takes no pods already: undoing it would be somebody else’s decision', async () => {
    const { at, done } = cluster({ cordoned: true });
    const error = await drain.prepare(at, target, {}).catch((reason: Error) => reason);
    expect(String(error)).to.contain('node-a takes no pods already; uncordon it');
    expect(done).to.deep.equal([]);
  });

  it('is refused on a node with the mark of another Cluster, which it would have to overwrite', async () => {
    const { at, done } = cluster({ mark: 'other/pg' });
    const error = await drain.prepare(at, target, {}).catch((reason: Error) => reason);
    expect(String(error)).to.contain('node-a takes pods, but has the mark of a drain on other/pg');
    expect(done).to.deep.equal([]);
    await drain.prepare(cluster({ mark: `${site.namespace}/${site.cluster}` }).at, target, {});
  });

  it('is refused for an instance that runs nowhere', async () => {
    const error = await drain.prepare(cluster({ node: '' }).at, target, {}).catch((reason: Error) => reason);
    expect(String(error)).to.contain('pg-1 should run on a node, but is not scheduled');
  });
});
