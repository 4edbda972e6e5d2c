import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { TestServer } from '../test-server.ts';
import { errorText, type LoadError } from './outcome.ts';
import { type Answer, Session } from './session.ts';

describe('a session', () => {
  let server: TestServer;
  let lost: LoadError[];
  let session: Session;
  beforeEach(async () => {
    server = await TestServer.listen();
    lost = [];
    session = new Session(server.endpoint('direct'), (error) => lost.push(error));
  });
  afterEach(async () => {
    session.cut();
    await server[Symbol.asyncDispose]();
  });
  const connect = () => new Promise<LoadError | undefined>((resolve) => session.connect(resolve));
  const ask = (sql: string) =>
    new Promise<{ error: LoadError | undefined; answer: Answer }>((resolve) =>
      session.ask(sql, (error, answer) => resolve({ error, answer })),
    );

  it('sends each statement as one message and is free again when it is answered', async () => {
    expect(await connect()).to.equal(undefined);
    const first = ask('select 1');
    expect(session.free).to.equal(false);
    expect(await first).to.deep.equal({
      error: undefined,
      answer: { row: ['198.18.0.21', '0/1000', '00000001'], committedLocally: false },
    });
    expect(session.free).to.equal(true);
    await ask('select 2');
    expect(server.statements).to.deep.equal(['select 1', 'select 2']);
  });

  it('may be asked again from within the answer', async () => {
    await connect();
    await new Promise<void>((resolve) => session.ask('a', () => session.ask('b', () => resolve())));
    expect(server.statements).to.deep.equal(['a', 'b']);
    expect(session.free).to.equal(true);
  });

  it('stays usable after an error', async () => {
    await connect();
    server.onStatement = () => ({ severity: 'ERROR', code: '25006', message: 'cannot execute INSERT' });
    expect((await ask('a')).error?.code).to.equal('25006');
    server.onStatement = () => 'ok';
    expect((await ask('b')).error).to.equal(undefined);
  });

  it('is gone after a fatal error, and the statement gets that error', async () => {
    await connect();
    server.onStatement = () => ({ severity: 'FATAL', code: '57P01', message: 'terminating connection' });
    expect(errorText((await ask('a')).error!)).to.equal('57P01 terminated');
    expect(session.free).to.equal(false);
    expect(lost).to.deep.equal([]);
  });

  for (const [reply, text] of [
    ['reset', 'ECONNRESET'],
    ['close', 'closed'],
  ] as const) {
    it(`fails the statement whose connection was ended by a ${reply}`, async () => {
      await connect();
      server.onStatement = () => reply;
      expect(errorText((await ask('a')).error!)).to.equal(text);
      expect(session.free).to.equal(false);
    });
  }

  it('sees the warning that a commit is local, for that statement only', async () => {
    await connect();
    const message = 'canceling wait for synchronous replication due to user request';
    server.onStatement = () => ({ severity: 'WARNING', code: '01000', message });
    expect((await ask('a')).answer.committedLocally).to.equal(true);
    server.onStatement = () => 'ok';
    expect((await ask('b')).answer.committedLocally).to.equal(false);
  });

  it('reports once that it was lost while nothing was asked', async () => {
    await connect();
    server.resetAll();
    await sleep(30);
    expect(lost.map(errorText)).to.deep.equal(['ECONNRESET']);
  });

  it('reports why a login was refused', async () => {
    server.onLogin = () => ({ severity: 'FATAL', code: '57P03', message: 'the database system is starting up' });
    expect(errorText((await connect())!)).to.equal('57P03 starting up');
  });

  it('calls nobody after it was cut, whatever it was doing', async () => {
    server.onStatement = () => 'silence';
    await connect();
    let called = 0;
    session.ask('a', () => (called += 1));
    session.cut();
    await sleep(30);
    expect(called).to.equal(0);
    expect(lost).to.deep.equal([]);
    expect(server.connections).to.equal(0);
  });

  it('can be cut while it logs in', async () => {
    server.onLogin = () => 'silence';
    let called = 0;
    session.connect(() => (called += 1));
    await sleep(30);
    session.cut();
    await sleep(30);
    expect(called).to.equal(0);
    expect(server.connections).to.equal(0);
  });
});
