import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parseRules, rulesOfFault } from './firewall.ts';

const text = `-P INPUT ACCEPT -c 100 6000
-P FORWARD ACCEPT -c 0 0
-A INPUT -i eth0 -m comment --comment pgdrill-isolate -c 12 3456 -j DROP
-A INPUT -i eth0 -m comment --comment pgdrill-isolate-from-peers -c 3 456 -j DROP
-A OUTPUT -o eth0 -c 0 0 -j DROP
`;

describe('rules of a host', () => {
  it('are read with their counters; policies are not rules', () => {
    expect(parseRules(text).map(({ chain, packets }) => `${chain} ${packets}`)).to.deep.equal([
      'INPUT 12',
      'INPUT 3',
      'OUTPUT 0',
    ]);
  });

  it('belong to one fault, or to none', () => {
    const packets = (fault: string) => rulesOfFault(parseRules(text), fault).map((rule) => rule.packets);
    expect(packets('isolate')).to.deep.equal([12]);
    expect(packets('isolate-from-peers')).to.deep.equal([3]);
    expect(packets('lossy')).to.deep.equal([]);
  });
});
