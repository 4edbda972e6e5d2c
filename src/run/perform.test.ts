import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { SetupError } from '../errors.ts';
import { type Performance, perform } from './perform.ts';

describe('letting a drill happen', () => {
  let done: string[];
  beforeEach(() => {
    done = [];
  });
  const never = () => new Promise<never>(() => {});
  const performance = (change: Partial<Performance> = {}): Performance => ({
    drill: async () => void done.push('drill'),
    healAll: async () => {
      await sleep(5);
      done.push('healed');
    },
    ends: [never()],
    signal: new AbortController().signal,
    ...change,
  });
  const failure = (change: Partial<Performance>): Promise<Error> =>
    perform(performance(change)).then(
      () => new Error('nothing failed'),
      (error) => error,
    );

  it('heals when the drill has ended, and ends only then', async () => {
    await perform(performance());
    expect(done).to.deep.equal(['drill', 'healed']);
  });

  it('heals when the drill fails, and gives its error', async () => {
    const error = new SetupError('the standby never came');
    expect(await failure({ drill: () => Promise.reject(error) })).to.equal(error);
    expect(done).to.deep.equal(['healed']);
    expect((await failure({ drill: () => Promise.reject('a word') })).message).to.equal('a word');
    expect(
      await failure({
        drill: () => {
          throw error;
        },
      }),
      'thrown at once',
    ).to.equal(error);
    expect(done).to.deep.equal(['healed', 'healed', 'healed']);
  });

  it('heals when the run is aborted, also where the drill never ends', async () => {
    const abort = new AbortController();
    const failing = failure({ drill: never, signal: abort.signal });
    await sleep(5);
    expect(done).to.deep.equal([]);
    abort.abort(new SetupError('interrupted'));
    expect((await failing).message).to.equal('interrupted');
    expect(done).to.deep.equal(['healed']);
    expect((await failure({ drill: never, signal: abort.signal })).message, 'aborted before').to.equal('interrupted');
  });

  it('heals when something else ends the drill', async () => {
    const died = sleep(5).then((): never => {
      throw new SetupError('the load process died');
    });
    expect((await failure({ drill: never, ends: [never(), died] })).message).to.equal('the load process died');
    expect(done).to.deep.equal(['healed']);
  });

  it('says what could not be healed before what ended the drill', async () => {
    const healAll = () => Promise.reject(new SetupError('pg1 still drops packets'));
    expect((await failure({ healAll })).message).to.equal('pg1 still drops packets');
    const both = await failure({ healAll, drill: () => Promise.reject(new Error('it failed')) });
    expect(both.message).to.equal('pg1 still drops packets; the drill had ended before: it failed');
  });
});
