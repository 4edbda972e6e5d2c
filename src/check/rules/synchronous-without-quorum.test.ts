import { expect } from 'chai';
import { cluster } from '../example.ts';
import { synchronousWithoutQuorum } from './synchronous-without-quorum.ts';
import { placesOf } from './try-rule.ts';

describe('synchronous-without-quorum', () => {
  it('finds ANY 1 of 2', () => {
    expect(
      placesOf(
        synchronousWithoutQuorum,
        cluster(`instances: 3
postgresql:
  synchronous:
    method: any
    number: 1`),
      ),
    ).to.eql(['method: any']);
  });

  it('raises nothing with the quorum, with FIRST, of one standby, or where durability is preferred', () => {
    for (const text of [
      cluster(`instances: 3
postgresql:
  synchronous:
    method: any
    number: 1
    failoverQuorum: true`),
      cluster(`instances: 3
postgresql:
  synchronous:
    method: first
    number: 1`),
      cluster(`instances: 2
postgresql:
  synchronous:
    method: any
    number: 1`),
      cluster(`instances: 3
postgresql:
  synchronous:
    method: any
    number: 1
    dataDurability: preferred`),
      cluster(
        `instances: 3
postgresql:
  synchronous:
    method: any
    number: 1`,
        `annotations:
  alpha.cnpg.io/failoverQuorum: "true"`,
      ),
    ])
      expect(placesOf(synchronousWithoutQuorum, text), text).to.eql([]);
  });
});
