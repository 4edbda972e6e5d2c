import { expect } from 'chai';
import { serialize } from 'pg-protocol';
import { boundIntegers, errorResponse, Frames, writtenIntegers } from './frames.ts';

describe('messages of the protocol', () => {
  it('are cut out of a stream, however it arrives', () => {
    const frames = new Frames(true);
    const bytes = Buffer.concat([serialize.query('select 1'), serialize.sync()]);
    const types = [...bytes].flatMap((_, i) => [...frames.take(bytes.subarray(i, i + 1))].map(({ type }) => type));
    expect(types).to.deep.equal(['Q', 'S']);
  });

  it('begin with one that has no type', () => {
    const frames = new Frames(false);
    const login = serialize.startup({ user: 'me', database: 'app' });
    const types: string[] = [];
    for (const { type } of frames.take(Buffer.concat([login, serialize.sync()]))) {
      types.push(type);
      frames.becomeTyped();
    }
    expect(types).to.deep.equal(['', 'S']);
  });

  it('with a length that cannot be are refused', () => {
    expect(() => [...new Frames(true).take(Buffer.from([81, 0, 0, 0, 1]))]).to.throw(/a message of 2 bytes/);
  });

  it('name the write that they carry, bound as text or binary, or written out', () => {
    const frame = (bytes: Buffer) => [...new Frames(true).take(bytes)][0]!;
    expect(boundIntegers(frame(serialize.bind({ values: ['10003', '7'] })))).to.deep.equal([10_003, 7]);
    const four = (n: number): Buffer => {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32BE(n);
      return bytes;
    };
    expect(boundIntegers(frame(serialize.bind({ values: [four(10_003), four(7)] })))).to.deep.equal([10_003, 7]);
    expect(
      writtenIntegers(frame(serialize.query("insert into t (a, b) values ('10003'::int, 7) returning 1"))),
    ).to.deep.equal([10_003, 7]);
    expect(writtenIntegers(frame(serialize.query('select 1')))).to.deep.equal([]);
  });

  it('can be an error', () => {
    const [frame] = [...new Frames(true).take(errorResponse('FATAL', '57P01', 'terminating'))];
    expect(frame!.type).to.equal('E');
    expect(frame!.bytes.toString()).to.contain('C57P01\0Mterminating\0');
  });
});
