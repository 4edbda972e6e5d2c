import { expect } from 'chai';
import { cluster } from '../example.ts';
import { resourcesMissing } from './resources-missing.ts';
import { placesOf } from './try-rule.ts';

describe('resources-missing', () => {
  it('finds none, and an empty section', () => {
    expect(placesOf(resourcesMissing, cluster(`instances: 1`))).to.eql(['name: pg']);
    expect(
      placesOf(
        resourcesMissing,
        cluster(`instances: 1
resources: {}`),
      ),
    ).to.eql(['resources: {}']);
  });

  it('raises nothing with a request or a limit', () => {
    for (const text of [
      cluster(`instances: 1
resources:
  limits:
    memory: 1Gi`),
      cluster(`instances: 1
resources:
  requests:
    cpu: 1`),
    ])
      expect(placesOf(resourcesMissing, text), text).to.eql([]);
  });
});
