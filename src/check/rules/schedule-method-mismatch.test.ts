import { expect } from 'chai';
import { archivingPlugin, barmanObjectStore, cluster, scheduledBackup, together } from '../example.ts';
import { scheduleMethodMismatch } from './schedule-method-mismatch.ts';
import { placesOf } from './try-rule.ts';

describe('schedule-method-mismatch', () => {
  it('finds the plugin’s method, and snapshots, on a Cluster without them', () => {
    expect(
      placesOf(
        scheduleMethodMismatch,
        together(
          cluster(`instances: 1${barmanObjectStore}`),
          scheduledBackup(`method: plugin
schedule: "@daily"`),
        ),
      ),
    ).to.eql(['method: plugin']);
    expect(
      placesOf(
        scheduleMethodMismatch,
        together(
          cluster(`instances: 1${barmanObjectStore}`),
          scheduledBackup(`method: volumeSnapshot
schedule: "@daily"`),
        ),
      ),
    ).to.eql(['method: volumeSnapshot']);
  });

  it('raises nothing on a method that fits, or without the Cluster', () => {
    for (const text of [
      together(cluster(`instances: 1${barmanObjectStore}`), scheduledBackup(`schedule: "@daily"`)),
      together(
        cluster(`instances: 1${archivingPlugin}`),
        scheduledBackup(`method: plugin
schedule: "@daily"`),
      ),
      scheduledBackup(`schedule: "@daily"`),
    ])
      expect(placesOf(scheduleMethodMismatch, text), text).to.eql([]);
  });
});
