import { expect } from 'chai';
import { UsageError } from '../../../errors.ts';
import type { LabState } from '../state.ts';
import { hostAimedAt, hostsToHeal, hostToHeal } from './target.ts';

const host = (name: string, kind: string) => ({ name, kind, address: '198.18.1.1' });
const state = { id: 'abc123', hosts: [host('pg1', 'postgres'), host('pool1', 'pooler')] } as unknown as LabState;

describe('the host that an undo record names', () => {
  it('is one of this lab', () => {
    expect(hostToHeal(state, { host: 'pg1' }).name).to.equal('pg1');
    expect(hostsToHeal(state, { hosts: ['pg1', 'pool1'] }).map(({ name }) => name)).to.deep.equal(['pg1', 'pool1']);
  });

  it('is refused where this lab does not have it: nothing is undone on a host of another lab', () => {
    const sentence = 'the undo record names the host pg9, which lab abc123 does not have';
    expect(() => hostToHeal(state, { host: 'pg9' })).to.throw(UsageError, sentence);
    expect(() => hostToHeal(state, {})).to.throw(UsageError, 'undefined');
    expect(() => hostsToHeal(state, { hosts: ['pg1', 'pg9'] })).to.throw(UsageError, sentence);
  });
});

describe('the host that a fault is aimed at', () => {
  it('is of the kind that the fault hits', () => {
    expect(hostAimedAt(state, { name: 'pool1' }, 'pooler').name).to.equal('pool1');
    expect(() => hostAimedAt(state, { name: 'pool1' }, 'postgres')).to.throw(UsageError, 'no postgres host pool1');
  });
});
