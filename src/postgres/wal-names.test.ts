import { expect } from 'chai';
import { missingSegments, newestFiles, parseSegment, segmentEnd, segmentName } from './wal-names.ts';

const one = (number: number) => segmentName({ timeline: 1, number });
const two = (number: number) => segmentName({ timeline: 2, number });

describe('the name of a WAL segment', () => {
  it('counts 256 segments of 16 MB before its middle part goes up', () => {
    expect(one(0x1ff)).to.equal('0000000100000001000000FF');
    expect(parseSegment('0000000200000001000000FF')).to.deep.equal({ timeline: 2, number: 0x1ff });
    expect(segmentEnd({ timeline: 1, number: 3 })).to.equal(0x4000000);
  });

  it('is not that of a history, partial or backup file', () => {
    for (const name of ['00000002.history', `${one(3)}.partial`, `${one(3)}.00000028.backup`])
      expect(parseSegment(name)).to.equal(undefined);
  });
});

describe('what is missing in an archive', () => {
  it('is nothing where all follow one another', () => {
    expect(missingSegments([one(2), one(3), one(4)], one(3))).to.deep.equal([]);
  });

  it('is the newest of its timeline beside the history files, in a listing of the store', () => {
    const names = [one(3), `${one(5)}.partial`, two(6), '00000002.history', one(4), two(5), 'note.txt'];
    expect(newestFiles(names)).to.deep.equal([one(4), '00000002.history', two(6)]);
    expect(newestFiles([])).to.deep.equal([]);
  });

  it('is a hole behind the beginning of the backup, not one before it', () => {
    expect(missingSegments([one(1), one(3), one(5)], one(3))).to.deep.equal([one(4)]);
  });

  it('is the first segment of the backup where there is nothing', () => {
    expect(missingSegments([], one(3))).to.deep.equal([one(3)]);
  });

  it('is seen across a failover: the last segment of the old timeline may be partial, others may not', () => {
    const names = [one(3), `${one(5)}.partial`, '00000002.history', two(5), two(6)];
    expect(missingSegments(names, one(3))).to.deep.equal([one(4)]);
    expect(missingSegments([...names, one(4)], one(3))).to.deep.equal([]);
    expect(missingSegments([...names, one(4), two(8)], one(3))).to.deep.equal([two(7)]);
  });
});
