import { expect } from 'chai';
import { pooler } from '../example.ts';
import { poolerParameterRefused } from './pooler-parameter-refused.ts';
import { placesOf } from './try-rule.ts';

describe('pooler-parameter-refused', () => {
  it('finds a parameter that is misspelt', () => {
    expect(
      placesOf(
        poolerParameterRefused,
        pooler(`instances: 1
pgbouncer:
  parameters:
    server_login_rety: "1"
    max_client_conn: "10"`),
      ),
    ).to.eql(['server_login_rety: "1"']);
  });

  it('raises nothing on admitted ones', () => {
    for (const text of [
      pooler(`instances: 1
pgbouncer:
  parameters:
    max_client_conn: "10"
    track_extra_parameters: IntervalStyle`),
      pooler(`instances: 1
pgbouncer: {}`),
    ])
      expect(placesOf(poolerParameterRefused, text), text).to.eql([]);
  });
});
