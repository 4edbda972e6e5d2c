import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Client } from 'pg';
import { askAssertions, type Expected, meets, refuseWrongAssertions } from './assertion.ts';

/** A database that answers each question with this value, or an error. */
function database(answer: (text: string) => string | null | undefined) {
  const said: string[] = [];
  const query = async (asked: string | { text: string }) => {
    const text = typeof asked === 'string' ? asked : asked.text;
    said.push(text);
    if (typeof asked === 'string') return { rows: [] };
    const value = answer(text);
    return { rows: value === undefined ? [] : [[value]] };
  };
  return { client: { query } as unknown as Client, said };
}
const one = (sql: string, expected: Expected = 1) => ({ name: 'orders are there', sql, expect: expected });

describe('an assertion about a database', () => {
  const cases: readonly [string | null | undefined, Expected, boolean][] = [
    ['3', 3, true],
    ['3', 4, false],
    ['3.0', 3, true],
    ['9007199254740993', '9007199254740993', true],
    ['open', 'open', true],
    ['t', true, true],
    ['f', true, false],
    [null, null, true],
    [null, 0, false],
    ['', 0, false],
    ['x', { min: 0 }, false],
    ['5', { min: 5, max: 6 }, true],
    ['7', { min: 5, max: 6 }, false],
    [undefined, null, false],
  ];
  for (const [value, expected, holds] of cases)
    it(`that expects ${JSON.stringify(expected)} ${holds ? 'holds' : 'does not hold'} for ${value}`, () => {
      expect(meets(value, expected)).to.equal(holds);
    });

  it('is asked in a transaction that cannot write, and its answer is kept with what was expected', async () => {
    const { client, said } = database(() => '0');
    const [answer] = await askAssertions(client, [one('select count(*) from orders', { min: 1 })]);
    expect(answer).to.include({ expected: 'at least 1', got: '0', holds: false });
    expect(said).to.deep.equal([
      'begin read only',
      'set local statement_timeout = 300000',
      'select count(*) from orders',
      'rollback',
    ]);
  });

  it('does not hold where it fails, and the next one is asked all the same', async () => {
    const { client } = database((text) => {
      if (text.includes('gone')) throw new Error('relation "gone" does not exist');
      return '1';
    });
    const answers = await askAssertions(client, [one('select 1 from gone'), one('select 1')]);
    expect(answers.map(({ holds }) => holds)).to.deep.equal([false, true]);
    expect(answers[0]!.got).to.equal('relation "gone" does not exist');
  });

  it('is refused beforehand where PostgreSQL does not understand it; nothing is planned', async () => {
    const refusal = (client: Client, sql: string) =>
      refuseWrongAssertions(client, [one(sql)]).then(
        () => 'it was not refused',
        (error: Error) => error.message,
      );
    const broken = database(() => {
      throw new Error('syntax error at or near "form"');
    });
    expect(await refusal(broken.client, 'select 1 form x')).to.equal(
      'the assertion "orders are there" is not a query that this database understands: syntax error at or near "form"',
    );
    const sound = database(() => undefined);
    expect(await refusal(sound.client, 'select 1')).to.equal('it was not refused');
    expect(sound.said).to.deep.equal([
      'begin read only',
      'set local statement_timeout = 300000',
      'prepare pgdrill_assertion as select 1',
      'rollback',
      'deallocate pgdrill_assertion',
    ]);
  });
});
