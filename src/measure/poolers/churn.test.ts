import { expect } from 'chai';
import { poolerStory, writers } from '../../journal/pooler-story.ts';
import { clientChurn, retryFactor } from './churn.ts';

describe('what clients add', () => {
  it('is 0 where all clients kept their connections', async () => {
    expect(clientChurn(await poolerStory().run())).to.include({ value: 0 });
  });

  it('is a churn of 1.5 where two clients logged in three times since the fault', async () => {
    const journal = poolerStory({ more: (story) => story.line('connect', 40, writers([0, 1, 1], 40)) });
    const found = clientChurn(await journal.run());
    expect(found).to.include({ value: 1.5, note: '3 logins in 3 attempts of 2 clients; profile pool' });
  });

  it('is a retry factor of 1 where nobody retries', async () => {
    expect(retryFactor(await poolerStory({ more: (story) => story.writes() }).run()).value).to.equal(1);
  });

  it('is a retry factor of 3 where one request took three attempts', async () => {
    const attempt = (op: number) => ({ ...{ n: 1, baseUs: 3e7, worker: [0], op: [op], request: [0], due: [0] } });
    const rest = { late: [0], sent: [0], done: [9], outcome: [2], error: [-1], errors: [], server: [-1], servers: [] };
    const journal = poolerStory({
      more: (story) => {
        for (const op of [0, 1, 2]) story.line('op', 30, { ...attempt(op), ...rest, timeline: [0], lsn: [0] });
      },
    });
    expect(retryFactor(await journal.run()).value).to.equal(3);
  });
});
