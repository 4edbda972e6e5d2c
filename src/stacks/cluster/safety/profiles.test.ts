import { expect } from 'chai';
import { clusterFaults } from '../faults/index.ts';
import { clusterCapabilities } from '../index.ts';
import { type Place, profileOf, profiles, whyNotAt } from './profiles.ts';

const why = (needs: Parameters<typeof profileOf>[0], place: Place = {}) => whyNotAt(needs, clusterCapabilities, place);

describe('profiles', () => {
  it('follow from what the faults of a scenario need', () => {
    expect(profileOf([])).to.equal('observe');
    expect(profileOf(['restore', 'metrics'])).to.equal('observe');
    expect(profileOf(['switchover'])).to.equal('platform');
    expect(profileOf(['switchover', 'crash'])).to.equal('node');
    const by = Object.groupBy(clusterFaults.keys(), (fault) => profileOf([fault]));
    expect(by.platform).to.have.members([
      ...['delete', 'drain', 'experiment', 'operator-down', 'restart', 'switchover'],
      ...['pooler-crash', 'pooler-delete', 'pooler-pause', 'pooler-restart'],
    ]);
    expect(by.node).to.have.members(['crash', 'delete-now', 'freeze', 'isolate']);
  });

  it('allow what a lower one allows', () => {
    const allowed = (needs: Parameters<typeof profileOf>[0]) => profiles.filter((profile) => !why(needs, { profile }));
    expect(allowed([])).to.deep.equal(['observe', 'platform', 'node']);
    expect(allowed(['drain'])).to.deep.equal(['platform', 'node']);
    expect(allowed(['crash'])).to.deep.equal(['node']);
  });

  it('leave what no drill on an existing cluster does to other stacks, whatever is allowed', () => {
    expect(why(['destroy'], { profile: 'node' })).to.equal('is never run on an existing cluster: no destroy');
  });

  it('ask Pod Security of the pod that is really made', () => {
    expect(why(['freeze'], { podSecurity: 'privileged' })).to.equal(undefined);
    expect(why(['freeze'], { podSecurity: 'baseline' })).to.match(/Pod Security baseline refuses: the pod on the node/);
    for (const fault of ['switchover', 'delete', 'drain', 'restart', 'operator-down'] as const)
      expect(why([fault], { podSecurity: 'restricted' }), fault).to.equal(undefined);
  });

  it('ask for the API that something else brings to the cluster, where it is known what the cluster serves', () => {
    const at = (...groupVersions: string[]) => why(['experiment'], { groupVersions });
    expect(why(['experiment'])).to.equal(undefined);
    expect(at('apps/v1', 'chaos-mesh.org/v1alpha1')).to.equal(undefined);
    expect(at('apps/v1')).to.equal(
      'needs Chaos Mesh in the cluster, which serves no chaos-mesh.org/v1alpha1; install it',
    );
    expect(at('chaos-mesh.org/v1')).to.equal(
      'needs chaos-mesh.org/v1alpha1 of Chaos Mesh, but the cluster serves chaos-mesh.org/v1',
    );
    expect(why(['drain'], { groupVersions: [] })).to.equal(undefined);
  });

  it('compare versions as numbers', () => {
    expect(why([], { kubernetes: '1.9' })).to.equal('needs Kubernetes 1.21, newer than 1.9');
    expect(why([], { kubernetes: '1.100' })).to.equal(undefined);
    expect(why(['drain'], { kubernetes: '1.21' })).to.equal('needs Kubernetes 1.22, newer than 1.21');
  });
});
