import { expect } from 'chai';
import { cluster } from '../example.ts';
import { findingsOf, placesOf } from './try-rule.ts';
import { walVolumeSmall } from './wal-volume-small.ts';

describe('wal-volume-small', () => {
  it('finds one that is not larger than max_wal_size or wal_keep_size', () => {
    expect(
      placesOf(
        walVolumeSmall,
        cluster(`instances: 1
walStorage:
  size: 1Gi`),
      ),
    ).to.eql(['size: 1Gi']);
    expect(
      placesOf(
        walVolumeSmall,
        cluster(`instances: 1
walStorage:
  size: 4Gi
postgresql:
  parameters:
    wal_keep_size: "8192"`),
      ),
    ).to.eql(['size: 4Gi']);
  });

  it('is less where the volume is just as large as what is kept', () => {
    const severityOf = (size: string) =>
      findingsOf(walVolumeSmall, cluster(`instances: 1\nwalStorage:\n  size: ${size}`)).map(({ severity }) => severity);
    expect(severityOf('1Gi')).to.eql(['warning']);
    expect(severityOf('1000Mi')).to.eql(['error']);
  });

  it('raises nothing on a larger one', () => {
    for (const text of [
      cluster(`instances: 1
walStorage:
  size: 4Gi`),
      cluster(`instances: 1
walStorage:
  size: 10Gi
postgresql:
  parameters:
    max_wal_size: 8GB`),
    ])
      expect(placesOf(walVolumeSmall, text), text).to.eql([]);
  });
});
