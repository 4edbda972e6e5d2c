import { expect } from 'chai';
import { describe, it } from 'mocha';
import { leasePassed, leaseReleased, newHolder } from './lease-note.ts';

describe('a note of the primary lease', () => {
  it('tells who holds it now', () => {
    expect(newHolder(leasePassed('postgres-1', 'postgres-2'))).to.equal('postgres-2');
    expect(newHolder(leasePassed('', 'postgres-2'))).to.equal('postgres-2');
  });

  it('tells of no new holder where it was released, nor does any other note', () => {
    expect(newHolder(leaseReleased('postgres-1'))).to.equal(undefined);
    expect(newHolder('pod postgres-1 is made anew')).to.equal(undefined);
  });
});
