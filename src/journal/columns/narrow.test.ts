import { expect } from 'chai';
import fc from 'fast-check';
import { anyNumber, Growing, int32, uint8 } from './narrow.ts';

const grown = (batches: readonly (readonly number[])[], bounds = anyNumber) => {
  const column = new Growing(bounds);
  for (const batch of batches) column.append(Float64Array.from(batch), batch.length);
  return column.values;
};

describe('a growing column', () => {
  it('holds every number it was given, whatever the order of narrow and wide ones', () => {
    const number = fc.oneof(
      fc.integer({ min: -130, max: 300 }),
      fc.integer({ min: -70_000, max: 70_000 }),
      fc.maxSafeInteger(),
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.oneof({ weight: 9, arbitrary: number }, fc.constant(Number.NaN)))),
        (batches) => {
          expect([...grown(batches)]).to.deep.equal(batches.flat());
        },
      ),
    );
  });

  it('is as narrow as its numbers allow', () => {
    const kindOf = (...batches: number[][]) => grown(batches).constructor.name;
    expect(kindOf([0, 127])).to.equal('Int8Array');
    expect(kindOf([0, 128])).to.equal('Uint8Array');
    expect(kindOf([200], [-1])).to.equal('Int16Array');
    expect(kindOf([40_000], [-1])).to.equal('Int32Array');
    expect(kindOf([3e9])).to.equal('Uint32Array');
    expect(kindOf([3e9], [-1])).to.equal('Float64Array');
    expect(kindOf([1], [Number.NaN])).to.equal('Float64Array');
    expect(kindOf([2 ** 32])).to.equal('Float64Array');
  });

  it('takes the first numbers of a longer array', () => {
    const column = new Growing(anyNumber);
    column.append(Float64Array.of(1, 2, 3_000_000_000), 2);
    expect([...column.values]).to.deep.equal([1, 2]);
    expect(column.values.constructor.name).to.equal('Int8Array');
  });

  it('refuses a number beyond its bounds, and names it', () => {
    expect(() => grown([[1, 256]], uint8)).to.throw(RangeError, '256 is out of range');
    expect(() => grown([[-1]], uint8)).to.throw(RangeError, '-1 is out of range');
    expect(() => grown([[2 ** 31]], int32)).to.throw(RangeError, '2147483648 is out of range');
  });
});
