import { expect } from 'chai';
import { describe, it } from 'mocha';
import { dropAll, type Spared } from './firewall.ts';

const rules = (spared?: Spared): string[] =>
  dropAll(spared)
    .split(' &&\n')
    .map((line) => line.replace(/^iptables -w 5 -t mangle /, ''));

describe('the rules that cut a node off', () => {
  it('drop what comes in and what goes out, before any address is translated', () => {
    expect(rules()).to.deep.equal([
      '-N PGDRILL-IN',
      '-A PGDRILL-IN -j DROP',
      '-N PGDRILL-OUT',
      '-A PGDRILL-OUT -j DROP',
      '-I PREROUTING 1 -i "$card" -j PGDRILL-IN',
      '-I POSTROUTING 1 -o "$card" -j PGDRILL-OUT',
    ]);
  });

  it('are filled before they are used, so that both directions go within milliseconds', () => {
    const jumps = rules().map((rule) => rule.startsWith('-I '));
    expect(jumps.indexOf(true)).to.equal(jumps.length - 2);
  });

  it('spare one connection by its original ends, both ways, ahead of the drop', () => {
    const spared = rules('port-from');
    const match = '-m conntrack --ctorigsrc "$from" --ctorigdstport "$port" -j RETURN';
    for (const chain of ['PGDRILL-IN', 'PGDRILL-OUT'])
      expect(spared.indexOf(`-A ${chain} ${match}`)).to.be.within(0, spared.indexOf(`-A ${chain} -j DROP`) - 1);
  });

  it('spare what goes to a port from anywhere, on whichever card the node has', () => {
    const spared = dropAll('port');
    expect(spared).to.include('-A PGDRILL-IN -m conntrack --ctorigdstport "$port" -j RETURN');
    expect(spared).to.include('-I POSTROUTING 1 -o "$card" -j PGDRILL-OUT');
  });

  it('leave nothing to chance: each is made only if the one before was', () => {
    expect(
      dropAll()
        .split('\n')
        .slice(0, -1)
        .every((line) => line.endsWith(' &&')),
    ).to.equal(true);
  });
});
