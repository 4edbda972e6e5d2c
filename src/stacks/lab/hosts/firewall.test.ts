import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parseRules } from './firewall.ts';

describe('rules of a host', () => {
  it('are read with their counters; policies are not rules', () => {
    const text = `-P INPUT ACCEPT -c 100 6000
-P FORWARD ACCEPT -c 0 0
-A INPUT -i eth0 -m comment --comment pgdrill -c 12 3456 -j DROP
-A OUTPUT -o eth0 -c 0 0 -j DROP
`;
    expect(parseRules(text).map(({ chain, packets }) => `${chain} ${packets}`)).to.deep.equal(['INPUT 12', 'OUTPUT 0']);
  });
});
