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

  it('are those of kind and k3d, one where none is listed', () => {
    const kind = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n';
    expect(nodesIn([file('/r/kind.yaml', kind)])).to.equal(1);
    expect(
      nodesIn([file('/r/kind.yaml', `${kind}nodes:\n- role: control-plane\n- role: worker\n- role: worker\n`)]),
    ).to.equal(2);
    expect(nodesIn([file('/r/hack/kind.yaml', kind)])).to.equal(undefined);
    const k3d = 'apiVersion: k3d.io/v1alpha5\nkind: Simple\nservers: 1\nagents: 2\n';
    expect(nodesIn([file('/r/k3d.yaml', k3d)])).to.equal(3);
    expect(nodesIn([file('/r/k3d.yaml', k3d), file('/r/kind.yaml', kind)])).to.equal(undefined);
  });

  it('are the hosts of an Ansible inventory for k3s', () => {
    const inventory = (server: string, agent: string) =>
      `k3s_cluster:\n  children:\n    server:\n      hosts:\n${server}    agent:\n      hosts:\n${agent}  vars:\n    port: 22\n`;
    expect(nodesIn([file('/r/inventory.yml', inventory('        10.0.0.1:\n', ''))])).to.equal(1);
    const three = inventory('        10.0.0.1:\n', '        10.0.0.2:\n        10.0.0.3:\n');
    expect(nodesIn([file('/r/inventory.yml', three)])).to.equal(3);
    expect(nodesIn([file('/r/a/inventory.yml', three), file('/r/b/inventory.yml', three)])).to.equal(undefined);
  });

  it('are one where a comment says so, and not where it speaks of something else', () => {
    const says = (comment: string) => nodesIn([file('/r/a.yaml', `# ${comment}\nkind: Deployment\n`)]);
    expect(says('One replica: kind is a single node, so that')).to.equal(1);
    expect(says('for the single-node k3s in the cellar')).to.equal(1);
    expect(says('the volume is RWO, which is single-node attach')).to.equal(undefined);
    expect(says('single-node storage of VictoriaLogs')).to.equal(undefined);
  });
});
