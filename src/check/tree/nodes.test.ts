import { expect } from 'chai';
import { nodesIn } from './nodes.ts';

const file = (path: string, text: string) => ({ path, source: { file: path, text } });
const machine = 'version: v1alpha1\nmachine:\n  type: controlplane\n  token: x\ncluster:\n  id: y\n';

describe('the nodes that a repository declares', () => {
  it('are those of talconfig.yaml', () => {
    const talconfig = file('/r/talos/talconfig.yaml', 'clusterName: home\nnodes:\n  - hostname: a\n  - hostname: b\n');
    expect(nodesIn([talconfig, file('/r/talos/patches/a.yaml', machine)])).to.equal(2);
    expect(nodesIn([file('/r/talconfig.yaml', 'clusterName: home\n')])).to.equal(undefined);
  });

  it('are the machine configurations of one folder', () => {
    const patch = file('/r/talos/patches/a.yaml', 'machine:\n  kubelet:\n    extraArgs: {}\n');
    expect(nodesIn([file('/r/talos/10.0.0.1.yaml', machine), patch])).to.equal(1);
    expect(nodesIn([patch])).to.equal(undefined);
    expect(nodesIn([file('/r/talos/10.0.0.9.sops.yaml', '{ sops: { mac: x } }\n')])).to.equal(1);
  });

  it('are not known where the files declare several clusters', () => {
    const two = ['main', 'test'].map((name) => file(`/r/talos/${name}/talconfig.yaml`, 'nodes:\n  - hostname: a\n'));
    expect(nodesIn(two)).to.equal(undefined);
    expect(nodesIn([file('/r/a/1.yaml', machine), file('/r/b/1.yaml', machine)])).to.equal(undefined);
  });
});
