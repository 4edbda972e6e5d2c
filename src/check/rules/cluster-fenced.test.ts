import { expect } from 'chai';
import { cluster } from '../example.ts';
import { clusterFenced } from './cluster-fenced.ts';
import { placesOf } from './try-rule.ts';

describe('cluster-fenced', () => {
  it('finds an instance that is fenced', () => {
    expect(
      placesOf(
        clusterFenced,
        cluster(
          `instances: 1`,
          `annotations:
  cnpg.io/fencedInstances: '["pg-1"]'`,
        ),
      ),
    ).to.eql([`cnpg.io/fencedInstances: '["pg-1"]'`]);
  });

  it('raises nothing on an empty list', () => {
    for (const text of [
      cluster(
        `instances: 1`,
        `annotations:
  cnpg.io/fencedInstances: '[]'`,
      ),
      cluster(`instances: 1`),
    ])
      expect(placesOf(clusterFenced, text), text).to.eql([]);
  });
});
