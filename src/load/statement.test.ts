import { expect } from 'chai';
import { Statement } from './statement.ts';

const told = () => {
  const calls: unknown[] = [];
  const statement = new Statement('select 1', (error, row) => calls.push(error?.message ?? row));
  return { calls, statement };
};

describe('a statement of the load', () => {
  it('is sent as one message of the simple protocol', () => {
    const sent: string[] = [];
    told().statement.submit({ query: (text: string) => sent.push(text) });
    expect(sent).to.deep.equal(['select 1']);
  });

  it('gives the first row as text, and only once the server is ready again: an answer before may not be committed', () => {
    const { calls, statement } = told();
    statement.handleRowDescription();
    statement.handleDataRow({ fields: ['7', null] });
    statement.handleDataRow({ fields: ['8', 'x'] });
    statement.handleCommandComplete();
    expect(calls).to.deep.equal([]);
    statement.handleReadyForQuery();
    expect(calls).to.deep.equal([['7', null]]);
  });

  it('gives the row of the last of several statements, and none where that has none', () => {
    const { calls, statement } = told();
    statement.handleDataRow({ fields: ['first'] });
    statement.handleCommandComplete();
    statement.handleDataRow({ fields: ['last'] });
    statement.handleCommandComplete();
    statement.handleReadyForQuery();
    const without = told();
    without.statement.handleDataRow({ fields: ['first'] });
    without.statement.handleCommandComplete();
    without.statement.handleCommandComplete();
    without.statement.handleReadyForQuery();
    expect([calls, without.calls]).to.deep.equal([[['last']], [[]]]);
  });

  it('refuses to send rows for a COPY', () => {
    const said: string[] = [];
    told().statement.handleCopyInResponse({ sendCopyFail: (why: string) => said.push(why) });
    expect(said).to.deep.equal(['the load sends no rows']);
  });

  it('gives an error when it comes, and no row where there was none', () => {
    const failed = told();
    failed.statement.handleError(new Error('no'));
    expect(failed.calls).to.deep.equal(['no']);
    const empty = told();
    empty.statement.handleEmptyQuery();
    empty.statement.handleReadyForQuery();
    expect(empty.calls).to.deep.equal([[]]);
  });
});
