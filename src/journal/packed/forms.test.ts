import { expect } from 'chai';
import fc from 'fast-check';
import { type Form, numbersOf, shortestForm } from './forms.ts';

const whole = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -1e9, max: 1e9 }));
/** As a reader gets it: through JSON. */
const read = (form: Form): Form => JSON.parse(JSON.stringify(form));

describe('the forms of a packed column', () => {
  it('give the numbers back, whatever they are and whichever form is shortest', () => {
    const rows = fc.array(fc.tuple(whole, fc.nat(3), whole));
    fc.assert(
      fc.property(rows, (all) => {
        const [column, worker, late] = [0, 1, 2].map((i) => all.map((row) => row[i]!)) as [
          number[],
          number[],
          number[],
        ];
        const form = shortestForm(column, { worker, late }, ['worker']);
        expect([...numbersOf(read(form), all.length, { worker, late })]).to.deep.equal(column);
      }),
    );
  });

  it('are each chosen where they are the shortest', () => {
    const rows = Array.from({ length: 40 }, (_, row) => row);
    const worker = rows.map((row) => row % 2);
    const late = rows.map((row) => (row * 7_919) % 10_007);
    const of = (column: number[]) => shortestForm(column, { worker, late }, ['worker']);
    expect(of(rows.map(() => 7))).to.equal(7);
    expect(of(rows.map((row) => row % 3))).to.deep.equal(rows.map((row) => row % 3));
    expect(of(rows.map((row) => 50_000 + row))).to.have.all.keys('step');
    expect(of(rows.map((row) => (row % 2 ? 5 : 1_000_000) + row))).to.include({ of: 'worker' });
    expect(of(rows.map((row) => late[row]! + (row % 4)))).to.include({ over: 'late' });
  });

  it('are refused where they lean on a column that is not there, or is longer', () => {
    const known = { worker: [1, 2] };
    expect(() => numbersOf({ step: [1, 2], of: 'client' }, 2, known)).to.throw('client, which does not come before it');
    expect(() => numbersOf({ over: 'worker', by: [1, 2, 3] }, 3, known)).to.throw(
      'worker, which has 2 rows instead of 3',
    );
    expect(() => numbersOf({ over: 'toString', by: [1] }, 1, known)).to.throw(
      'toString, which does not come before it',
    );
  });
});
