import { expect } from 'chai';
import type { EventOf } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { faultWindows, healCounts } from './fault-windows.ts';

type Line = EventOf<'fault'>;
const line = (fault: string, step: Line['step'], atUs: number, more: Partial<Line> = {}): Line => ({
  ...{ kind: 'fault', seq: atUs, tUs: atUs, id: `${fault}-1`, fault, target: 'pg1', step },
  ...{ beforeUs: atUs, afterUs: atUs, ...more },
});
/** A fault that was injected and healed. */
const windowOf = (fault: string, more: Partial<Line> = {}) => {
  const faults = [line(fault, 'inject', 1), line(fault, 'effective', 2), line(fault, 'heal', 9, more)];
  return faultWindows({ faults } as unknown as Run)[0]!;
};

describe('the healing of a fault', () => {
  it('may have ended an outage, unless the fault breaks no path or ends unaided', () => {
    expect(healCounts(windowOf('crash'))).to.equal(true);
    expect(healCounts(windowOf('disk-stall'))).to.equal(true);
    for (const fault of ['switchover', 'restart', 'backend-kill', 'operator-down', 'destroy'])
      expect(healCounts(windowOf(fault)), fault).to.equal(false);
  });

  it('may have ended an outage where the journal names a fault that this version does not know', () => {
    expect(healCounts(windowOf('of-another-version'))).to.equal(true);
  });

  it('did not end it where the end was a part of the incident', () => {
    expect(healCounts(windowOf('crash', { scheduled: true }))).to.equal(false);
  });
});

describe('what a fault hit', () => {
  it('is its target, or the hosts of a group', () => {
    expect(windowOf('crash').hits).to.deep.equal(['pg1']);
    const zone = line('cut', 'inject', 1, { target: 'zone-a', hosts: ['pg2', 'etcd1'] });
    expect(faultWindows({ faults: [zone] } as unknown as Run)[0]!.hits).to.deep.equal(['pg2', 'etcd1']);
  });
});
