import { expect } from 'chai';
import { cluster } from '../example.ts';
import { maintenanceLeftOn } from './maintenance-left-on.ts';
import { placesOf } from './try-rule.ts';

describe('maintenance-left-on', () => {
  it('finds an open window', () => {
    expect(
      placesOf(
        maintenanceLeftOn,
        cluster(`instances: 3
nodeMaintenanceWindow:
  inProgress: true
  reusePVC: true`),
      ),
    ).to.eql(['inProgress: true']);
  });

  it('raises nothing on a closed one', () => {
    for (const text of [
      cluster(`instances: 3
nodeMaintenanceWindow:
  inProgress: false`),
      cluster(`instances: 3`),
    ])
      expect(placesOf(maintenanceLeftOn, text), text).to.eql([]);
  });
});
