import { expect } from 'chai';
import { cluster } from '../example.ts';
import { placesOf } from './try-rule.ts';
import { walUnbounded } from './wal-unbounded.ts';

describe('wal-unbounded', () => {
  it('finds a volume that data and WAL share without a limit', () => {
    expect(placesOf(walUnbounded, cluster(`instances: 2`))).to.eql(['storage:']);
  });

  it('raises nothing with one instance, a volume for WAL, or a limit', () => {
    for (const text of [
      cluster(`instances: 1`),
      cluster(`instances: 2
walStorage:
  size: 5Gi`),
      cluster(`instances: 2
postgresql:
  parameters:
    max_slot_wal_keep_size: 5GB`),
    ])
      expect(placesOf(walUnbounded, text), text).to.eql([]);
  });
});
