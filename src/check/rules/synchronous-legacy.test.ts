import { expect } from 'chai';
import { cluster } from '../example.ts';
import { synchronousLegacy } from './synchronous-legacy.ts';
import { placesOf } from './try-rule.ts';

describe('synchronous-legacy', () => {
  it('finds the older settings', () => {
    expect(
      placesOf(
        synchronousLegacy,
        cluster(`instances: 3
minSyncReplicas: 1
maxSyncReplicas: 2`),
      ),
    ).to.eql(['minSyncReplicas: 1']);
  });

  it('raises nothing where they are zero, or on postgresql.synchronous', () => {
    for (const text of [
      cluster(`instances: 3
minSyncReplicas: 0
maxSyncReplicas: 0`),
      cluster(`instances: 3
postgresql:
  synchronous:
    method: any
    number: 1`),
    ])
      expect(placesOf(synchronousLegacy, text), text).to.eql([]);
  });
});
