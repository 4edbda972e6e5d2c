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

describe('a fault that comes back on the same target within ten seconds', () => {
  const s = 1e6;
  const twice = (secondAt: number, target = 'pg1') => {
    const of = (id: string, at: number, on: string) => [
      line('isolate', 'inject', at, { id, target: on }),
      line('isolate', 'heal', at + 8 * s, { id, target: on }),
    ];
    const faults = [...of('a', 0, 'pg1'), ...of('b', secondAt, target)];
    return faultWindows({ faults } as unknown as Run).map(healCounts);
  };

  it('is a link that flaps: its ends are the incident’s own, the last one too', () => {
    expect(twice(13 * s)).to.deep.equal([false, false]);
  });

  it('is two faults where clients could have been back for good between them, or another host was hit', () => {
    expect(twice(18 * s)).to.deep.equal([true, true]);
    expect(twice(13 * s, 'pg2')).to.deep.equal([true, true]);
  });
});

describe('what a fault hit', () => {
  it('is its target, or the hosts of a group', () => {
    expect(windowOf('crash').hits).to.deep.equal(['pg1']);
    const zone = line('cut', 'inject', 1, { target: 'zone-a', hosts: ['pg2', 'etcd1'] });
    expect(faultWindows({ faults: [zone] } as unknown as Run)[0]!.hits).to.deep.equal(['pg2', 'etcd1']);
  });
});
