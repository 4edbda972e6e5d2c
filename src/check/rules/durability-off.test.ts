import { expect } from 'chai';
import { cluster } from '../example.ts';
import { durabilityOff } from './durability-off.ts';
import { placesOf } from './try-rule.ts';

describe('durability-off', () => {
  it('finds each setting that is off, also as false', () => {
    expect(
      placesOf(
        durabilityOff,
        cluster(`instances: 1
postgresql:
  parameters:
    fsync: "off"
    full_page_writes: "false"
    work_mem: 4MB`),
      ),
    ).to.eql(['fsync: "off"', 'full_page_writes: "false"']);
  });

  it('raises nothing on other values', () => {
    for (const text of [
      cluster(`instances: 1
postgresql:
  parameters:
    synchronous_commit: remote_apply`),
      cluster(`instances: 1
postgresql:
  parameters:
    fsync: "on"`),
    ])
      expect(placesOf(durabilityOff, text), text).to.eql([]);
  });
});
