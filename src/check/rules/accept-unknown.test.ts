import { expect } from 'chai';
import { cluster } from '../example.ts';
import { acceptUnknown } from './accept-unknown.ts';
import { placesOf } from './try-rule.ts';

describe('accept-unknown', () => {
  it('finds a name that is not that of a rule, also behind a reason', () => {
    expect(
      placesOf(
        acceptUnknown,
        cluster(
          `instances: 1`,
          `annotations:
  pgdrill.dev/accept: single-instance=one is enough, resource-missing`,
        ),
      ),
    ).to.eql(['pgdrill.dev/accept: single-instance=one is enough, resource-missing']);
  });

  it('raises nothing on rules and on words of a reason', () => {
    for (const text of [
      cluster(
        `instances: 1`,
        `annotations:
  pgdrill.dev/accept: single-instance=development, for tests only`,
      ),
      cluster(`instances: 1`),
    ])
      expect(placesOf(acceptUnknown, text), text).to.eql([]);
  });
});
