import { expect } from 'chai';
import fc from 'fast-check';
import { numbersIn, shortest } from './written.ts';

const whole = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.integer({ min: 0, max: 70_000 }),
  fc.integer({ min: -1e9, max: 1e12 }),
  fc.maxSafeInteger(),
);
/** As a reader gets it: through JSON. */
const read = (form: unknown): unknown => JSON.parse(JSON.stringify(form));
const formOf = (numbers: readonly number[]) => shortest(Float64Array.from(numbers)).form;
const many = <T>(of: (i: number) => T): T[] => Array.from({ length: 500 }, (_, i) => of(i));

describe('numbers of a packed block', () => {
  it('are given back, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(whole, { maxLength: 200 }), (numbers) => {
        expect([...numbersIn(read(formOf(numbers)), numbers.length)]).to.deep.equal(numbers.map((one) => one + 0));
      }),
    );
  });

  it('take each form where it is the shortest', () => {
    expect(formOf(many(() => 7))).to.equal(7);
    expect(formOf([5, 7, 7])).to.deep.equal([5, 7, 7]);
    expect(formOf(many((i) => (i * 7_919) % 10_007))).to.have.all.keys('from', 'digits');
    expect(formOf(many((i) => [112, 4_000_000, 336, 990][i % 4]!))).to.include.keys('values', 'places');
  });

  it('are written with one character a digit, and none that JSON doubles', () => {
    const { digits } = formOf(many((i) => i % 64)) as unknown as { digits: string[] };
    expect(digits).to.have.length(1);
    expect(digits[0]!.slice(0, 64)).to.equal("#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abc");
  });

  it('are read as documented', () => {
    expect([...numbersIn({ from: 60, digits: ['(#)', '##$'] }, 3)]).to.deep.equal([65, 60, 130]);
    expect([...numbersIn({ values: [200, 120], places: '##$c', rest: [7] }, 4)]).to.deep.equal([200, 200, 120, 7]);
  });

  it('are refused in plain words where they are nonsense', () => {
    expect(() => numbersIn([1, 2], 3)).to.throw('2 numbers instead of 3');
    expect(() => numbersIn({ from: 0, digits: ['##', '#'] }, 2)).to.throw('does not have 2 digits');
    expect(() => numbersIn({ from: 0, digits: ['#\\'] }, 2)).to.throw('a digit that does not exist');
    expect(() => numbersIn({ from: 0, digits: ['#d'] }, 2)).to.throw('a digit that does not exist');
    expect(() => numbersIn({ values: [1], places: '#$' }, 2)).to.throw('the value 1 of 1');
    expect(() => numbersIn({ values: [1], places: '#c' }, 2)).to.throw('0 numbers instead of 1');
    for (const strange of ['7', null, 0.5, [0.5], { from: 1 }, { step: [1] }])
      expect(() => numbersIn(strange, 1)).to.throw('none of the forms');
  });
});
