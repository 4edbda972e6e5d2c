import { expect } from 'chai';
import { cluster } from '../example.ts';
import { clusterHibernated } from './cluster-hibernated.ts';
import { placesOf } from './try-rule.ts';

describe('cluster-hibernated', () => {
  it('finds the annotation', () => {
    expect(
      placesOf(
        clusterHibernated,
        cluster(
          `instances: 1`,
          `annotations:
  cnpg.io/hibernation: "on"`,
        ),
      ),
    ).to.eql(['cnpg.io/hibernation: "on"']);
  });

  it('raises nothing where it is off', () => {
    for (const text of [
      cluster(
        `instances: 1`,
        `annotations:
  cnpg.io/hibernation: "off"`,
      ),
      cluster(`instances: 1`),
    ])
      expect(placesOf(clusterHibernated, text), text).to.eql([]);
  });
});
