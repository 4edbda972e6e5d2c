import { expect } from 'chai';
import { int16, int32, message, text } from '../test-messages.ts';
import { Answers } from './answers.ts';

const value = (of: string | null): Buffer =>
  of === null ? int32(-1) : Buffer.concat([int32(Buffer.byteLength(of)), Buffer.from(of)]);
const columns = (...names: readonly string[]): Buffer => {
  const described = names.map((name) => Buffer.concat([text(name), Buffer.alloc(18)]));
  return message('T', int16(names.length), ...described);
};
const row = (...values: readonly (string | null)[]): Buffer => message('D', int16(values.length), ...values.map(value));
const done = message('C', text('SELECT 1'));
const ready = message('Z', Buffer.from('I'));
const problem = (type: 'E' | 'N', severity: string, code: string): Buffer =>
  message(type, text(`S${severity}`), text(`C${code}`), text('Mwhy'), Buffer.from([0]));

/** What is reported of chunks, in order. */
function heard(...chunks: readonly Buffer[]): unknown[] {
  const reported: unknown[] = [];
  const answers = new Answers({
    ready: (of) => reported.push(of),
    error: ({ code }) => reported.push(`error ${code}`),
    notice: ({ message: words }) => reported.push(`notice ${words}`),
    wantsRows: () => reported.push('wants rows'),
  });
  // As a socket does, the same memory is used for each chunk.
  const memory = Buffer.alloc(65_536);
  for (const chunk of chunks) {
    chunk.copy(memory);
    answers.take(memory.subarray(0, chunk.length));
  }
  return reported;
}
const plain = Buffer.concat([columns('who', 'where'), row('né', null), done, ready]);

describe('the answers on a connection', () => {
  it('give the first row as text, null where the value is', () => {
    expect(heard(plain)).to.deep.equal([['né', null]]);
  });

  it('are the same however the bytes are cut', () => {
    const two = Buffer.concat([plain, plain]);
    for (let at = 1; at < two.length; at++)
      expect(heard(two.subarray(0, at), two.subarray(at), plain), `cut at ${at}`).to.deep.equal([
        ['né', null],
        ['né', null],
        ['né', null],
      ]);
  });

  it('count only once the server is ready again: what is answered before may not be committed', () => {
    const parts = [columns('n'), row('7'), row('8'), done];
    expect(heard(...parts)).to.deep.equal([]);
    expect(heard(...parts, ready, plain)).to.deep.equal([['7'], ['né', null]]);
  });

  it('are those of the last of several statements, and have no row where that has none', () => {
    const first = Buffer.concat([columns('n'), row('first'), done]);
    const last = Buffer.concat([columns('n'), row('last'), done, ready]);
    expect(heard(first, last)).to.deep.equal([['last']]);
    expect(heard(Buffer.concat([first, done, ready]))).to.deep.equal([[]]);
    expect(heard(Buffer.concat([message('I'), ready]))).to.deep.equal([[]]);
  });

  it('report an error when it comes, and leave no row of it to the next answer', () => {
    const failed = Buffer.concat([columns('n'), row('7'), problem('E', 'ERROR', '40001')]);
    expect(heard(failed)).to.deep.equal(['error 40001']);
    expect(heard(failed, ready, plain)).to.deep.equal(['error 40001', [], ['né', null]]);
  });

  it('report a notice before its answer', () => {
    expect(heard(problem('N', 'WARNING', '01000'), plain)).to.deep.equal(['notice why', ['né', null]]);
  });

  it('report that the server waits for the rows of a COPY', () => {
    expect(heard(message('G', Buffer.from([0]), int16(0)))).to.deep.equal(['wants rows']);
  });
});
