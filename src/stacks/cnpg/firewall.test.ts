import { expect } from 'chai';
import { describe, it } from 'mocha';
import { chainsOf, dropAll, newMark, rulesOfDrills, type Spared } from './firewall.ts';
import type { NodeShell } from './node-shell.ts';

const rules = (spared?: Spared): string[] =>
  dropAll(spared)
    .split(' &&\n')
    .slice(1)
    .map((line) => line.replace(/^iptables -w 5 -t mangle /, ''));

describe('the rules that cut a node off', () => {
  it('drop what comes in and what goes out, before any address is translated', () => {
    expect(rules()).to.deep.equal([
      '-N "$into"',
      '-A "$into" -j DROP',
      '-N "$out"',
      '-A "$out" -j DROP',
      '-I PREROUTING 1 -i "$card" -j "$into"',
      '-I POSTROUTING 1 -o "$card" -j "$out"',
    ]);
  });

  it('are filled before they are used, so that both directions go within milliseconds', () => {
    const jumps = rules().map((rule) => rule.startsWith('-I '));
    expect(jumps.indexOf(true)).to.equal(jumps.length - 2);
  });

  it('spare one connection by its original ends, both ways, ahead of the drop', () => {
    const spared = rules('port-from');
    const match = '-m conntrack --ctorigsrc "$from" --ctorigdstport "$port" -j RETURN';
    for (const chain of ['"$into"', '"$out"'])
      expect(spared.indexOf(`-A ${chain} ${match}`)).to.be.within(0, spared.indexOf(`-A ${chain} -j DROP`) - 1);
  });

  it('spare what goes to a port from anywhere, on whichever card the node has', () => {
    const spared = dropAll('port');
    expect(spared).to.include('-A "$into" -m conntrack --ctorigdstport "$port" -j RETURN');
    expect(spared).to.include('-I POSTROUTING 1 -o "$card" -j "$out"');
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

describe('the chains of an isolation', () => {
  const [orders, billing] = [
    { namespace: 'shop', cluster: 'orders' },
    { namespace: 'shop', cluster: 'billing' },
  ];

  it('have names of their own in every isolation, which iptables accepts', () => {
    const marks = [newMark(orders), newMark(orders), newMark(billing)];
    const names = marks.flatMap((mark) => Object.values(chainsOf({ mark })));
    expect(new Set(names).size).to.equal(6);
    for (const name of names)
      expect(name)
        .to.match(/^PGDRILL_(IN|OUT)_[0-9a-f]{6}-[0-9a-f]{6}$/)
        .and.have.length.below(29);
    expect(marks[0]!.slice(0, 7)).to.equal(marks[1]!.slice(0, 7)).and.not.equal(marks[2]!.slice(0, 7));
  });

  it('have the names of earlier versions where the undo record has no mark', () => {
    expect(chainsOf({ node: 'a' })).to.deep.equal({ into: 'PGDRILL-IN', out: 'PGDRILL-OUT' });
  });

  it('are left behind by a Cluster only where they are its own or name none', async () => {
    const of = (mark: string) => `-A ${chainsOf({ mark }).out} -j DROP`;
    const [own, other, unmarked] = [of(newMark(orders)), of(newMark(billing)), '-A PGDRILL-OUT -j DROP'];
    const shell = { run: async () => `${own}\n${other}\n${unmarked}\n` } as unknown as NodeShell;
    expect(await rulesOfDrills(shell, orders)).to.deep.equal([own, unmarked]);
    expect(await rulesOfDrills(shell)).to.deep.equal([own, other, unmarked]);
  });
});
