import { expect } from 'chai';
import { endsSession, errorText, notSent, outcomeOfSent, saysCommittedLocally, timedOut } from './outcome.ts';

const sql = (code: string, message: string, severity = 'ERROR') => ({ code, message, severity });
const pgBouncer = (message: string) => sql('08P01', message, 'FATAL');

describe('a write that was sent and answered with an error', () => {
  const table = [
    // What certainly did not happen.
    [sql('40001', 'could not serialize access due to concurrent update'), 'failed', '40001 serialization failure'],
    [sql('40P01', 'deadlock detected'), 'failed', '40P01 deadlock'],
    [sql('25006', 'cannot execute INSERT in a read-only transaction'), 'failed', '25006 read-only transaction'],
    [
      sql('23505', 'duplicate key value violates unique constraint "ledger_pkey"'),
      'failed',
      '23505 duplicate key value violates unique constraint …',
    ],
    [
      sql('23502', 'null value in column "op" of relation "ledger" violates not-null constraint'),
      'failed',
      '23502 null value in column … of relation … violates not-null constraint',
    ],
    [sql('53300', 'sorry, too many clients already', 'FATAL'), 'failed', '53300 too many connections'],
    [
      pgBouncer('server login has been failing, cached error: connect failed (server_login_retry)'),
      'failed',
      '08P01 server_login_retry',
    ],
    [
      pgBouncer('server login has been failing, cached error: remaining connection slots are rese'),
      'failed',
      '08P01 server_login_retry',
    ],
    [pgBouncer('query_wait_timeout'), 'failed', '08P01 query_wait_timeout'],
    // What may have happened all the same.
    [sql('57P01', 'terminating connection due to administrator command', 'FATAL'), 'unknown', '57P01 terminated'],
    [
      sql('57P02', 'terminating connection because of crash of another server process', 'FATAL'),
      'unknown',
      '57P02 crash shutdown',
    ],
    [sql('40003', 'statement completion unknown'), 'unknown', '40003 statement completion unknown'],
    [sql('08006', 'connection failure', 'FATAL'), 'unknown', '08006 connection failure'],
    [sql('08003', 'connection does not exist'), 'unknown', '08003 connection does not exist'],
    [pgBouncer('server conn crashed?'), 'unknown', '08P01 server conn crashed'],
    [pgBouncer('server lifetime over'), 'unknown', '08P01 server lifetime over'],
    [sql('57P03', 'the database system is shutting down', 'FATAL'), 'unknown', '57P03 shutting down'],
    [
      sql('XX000', 'could not read block 17 in file "base/5/1259"'),
      'unknown',
      'XX000 could not read block # in file …',
    ],
    [{ code: 'ECONNRESET', message: 'read ECONNRESET' }, 'unknown', 'ECONNRESET'],
    [{ code: 'EPIPE', message: 'write EPIPE' }, 'unknown', 'EPIPE'],
    [{ message: 'Connection terminated unexpectedly' }, 'unknown', 'closed'],
    [timedOut, 'unknown', 'timeout'],
  ] as const;
  for (const [error, outcome, text] of table) {
    it(`is ${outcome} after ${text}`, () => {
      expect(outcomeOfSent(error)).to.equal(outcome);
      expect(errorText(error)).to.equal(text);
    });
  }

  it('is judged by SQLSTATE and message together: the words of PgBouncer count under 08P01 only', () => {
    expect(outcomeOfSent(sql('57P01', 'query_wait_timeout'))).to.equal('unknown');
    expect(outcomeOfSent({ message: 'server_login_retry' })).to.equal('unknown');
  });
});

describe('the text of an error', () => {
  it('distinguishes the kinds of 57P03', () => {
    const texts = [
      'the database system is starting up',
      'the database system is not yet accepting connections',
      'the database system is in recovery mode',
    ].map((message) => errorText(sql('57P03', message, 'FATAL')));
    expect(texts).to.deep.equal(['57P03 starting up', '57P03 not yet accepting connections', '57P03 in recovery mode']);
  });

  it('has no addresses, numbers or names in it', () => {
    const refused = { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 198.18.0.21:5432' };
    expect(errorText(refused)).to.equal('ECONNREFUSED');
    const text = errorText(sql('28000', 'no pg_hba.conf entry for host "198.18.0.90", user "app"', 'FATAL'));
    expect(text).to.equal('28000 no pg_hba.conf entry for host …, user …');
    expect(errorText({ message: 'lost 198.18.0.21:5432 and fd00::1:2 after 12 tries' })).to.equal(
      'lost # and # after # tries',
    );
  });

  it('ends a long message with a whole word', () => {
    const message = `${'a long message of the server '.repeat(4)}end`;
    const text = errorText({ message });
    expect(text.length).to.be.at.most(82);
    expect(text).to.match(/ (a|long|message|of|the|server) …$/);
  });

  it('says that a write was never sent', () => {
    expect(errorText(notSent)).to.equal('not sent: no connection');
  });
});

describe('a session', () => {
  it('goes on after an error, and ends after anything worse or in another language', () => {
    expect(endsSession(sql('25006', ''))).to.equal(false);
    expect(endsSession(sql('57P01', '', 'FATAL'))).to.equal(true);
    expect(endsSession(sql('57P01', '', 'SCHWERWIEGEND'))).to.equal(true);
    expect(endsSession({ code: 'ECONNRESET', message: '' })).to.equal(true);
  });
});

describe('an acknowledgement', () => {
  it('is local only if the wait for synchronous replication was cancelled', () => {
    for (const message of [
      'canceling wait for synchronous replication due to user request',
      'canceling the wait for synchronous replication and terminating connection due to administrator command',
    ])
      expect(saysCommittedLocally({ message })).to.equal(true);
    expect(saysCommittedLocally({ message: 'there is no transaction in progress' })).to.equal(false);
  });
});
