import { expect } from 'chai';
import { cluster } from '../example.ts';
import { replicationSlotsOff } from './replication-slots-off.ts';
import { placesOf } from './try-rule.ts';

describe('replication-slots-off', () => {
  it('finds slots that are off', () => {
    expect(
      placesOf(
        replicationSlotsOff,
        cluster(`instances: 3
replicationSlots:
  highAvailability:
    enabled: false`),
      ),
    ).to.eql(['enabled: false']);
  });

  it('raises nothing with one instance, or by default', () => {
    for (const text of [
      cluster(`instances: 1
replicationSlots:
  highAvailability:
    enabled: false`),
      cluster(`instances: 3`),
    ])
      expect(placesOf(replicationSlotsOff, text), text).to.eql([]);
  });
});
