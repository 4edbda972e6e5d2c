import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Cluster, KubeNode } from '../cnpg/objects.ts';
import { clusterMissing, type DatabaseObject, databasesMissing, nodesMissing } from './ready.ts';

const node = (name: string, status?: string, message?: string): KubeNode => ({
  ...{ apiVersion: 'v1', kind: 'Node', metadata: { name } },
  ...(status && { status: { conditions: [{ type: 'Ready', status, ...(message && { message }) }] } }),
});

describe('what is missing of a cluster that comes up', () => {
  it('is nothing once all nodes are Ready', () => {
    expect(nodesMissing([node('server', 'True'), node('agent-1', 'True')], 2)).to.equal(undefined);
  });

  it('is reported with each node’s own reason', () => {
    const nodes = [node('server', 'True'), node('agent-1', 'False', 'container runtime is down'), node('agent-2')];
    expect(nodesMissing(nodes, 3)).to.equal(
      '1 of 3 are Ready; agent-1: container runtime is down; agent-2: it says nothing yet',
    );
  });

  it('is a node that has not joined', () => {
    expect(nodesMissing([node('server', 'True')], 2)).to.equal('1 of 2 are Ready');
  });

  it('is what the operator says of the Cluster', () => {
    const cluster = (status?: Cluster['status']): Cluster => ({
      ...{ apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', metadata: { name: 'postgres' } },
      ...{ spec: { instances: 3 }, ...(status && { status }) },
    });
    expect(clusterMissing(undefined, 3)).to.equal('0 of 3 instances ready: not seen by the operator yet');
    expect(clusterMissing(cluster({ phase: 'Creating a new replica', readyInstances: 2 }), 3)).to.equal(
      '2 of 3 instances ready: Creating a new replica',
    );
    expect(clusterMissing(cluster({ phase: 'Failing over', readyInstances: 3 }), 3)).to.include('Failing over');
    expect(clusterMissing(cluster({ phase: 'Cluster in healthy state', readyInstances: 3 }), 3)).to.equal(undefined);
  });

  it('is the database that the operator could not make', () => {
    const database = (name: string, status: DatabaseObject['status']): DatabaseObject => ({
      ...{ apiVersion: 'postgresql.cnpg.io/v1', kind: 'Database', metadata: { name } },
      ...(status && { status }),
    });
    const made = database('myapp-prod', { applied: true });
    expect(databasesMissing([])).to.equal('a database is not made');
    expect(databasesMissing([made])).to.equal(undefined);
    expect(databasesMissing([made, database('myapp-staging', { applied: false, message: 'no owner' })])).to.equal(
      'myapp-staging is not made: no owner',
    );
  });
});
