import { spawn } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import type { Conversation } from '../cnpg/conversation.ts';
import { aheadBy, askClock, clockScript } from './clock-ahead.ts';

const asked = (beforeNs: number, saidNs: number, afterNs: number) => ({
  ...{ beforeNs: BigInt(beforeNs), saidNs: BigInt(saidNs), afterNs: BigInt(afterNs) },
});

describe('the clock of another machine', () => {
  it('is known from the question that was answered soonest, to half the time that it took', () => {
    const ahead = aheadBy([asked(0, 5_900, 2_000), asked(10_000, 15_100, 10_200), asked(20_000, 25_800, 21_000)]);
    expect(ahead).to.deep.equal({ aheadNs: 5_000n, plusMinusNs: 100n });
  });

  it('is behind as well as ahead', () => {
    expect(aheadBy([asked(9_000, 4_050, 9_100)]).aheadNs).to.equal(-5_000n);
  });

  it('is ours where it is asked on this machine, within what is said to be unknown', async () => {
    const child = spawn(process.execPath, ['-e', clockScript], { stdio: ['pipe', 'pipe', 'inherit'] });
    const talk: Conversation = {
      out: child.stdout,
      err: new PassThrough(),
      ended: new Promise((resolve) => child.once('close', () => resolve(0))),
      write: (text) => void child.stdin.write(text),
      close: () => child.kill(),
    };
    const { aheadNs, plusMinusNs } = await askClock(talk, 'here');
    talk.close();
    expect(aheadNs < 0n ? -aheadNs : aheadNs).to.satisfy((off: bigint) => off <= plusMinusNs);
  });

  it('is not known where nobody answers', async () => {
    const talk = { out: new PassThrough(), ended: Promise.resolve(1), write: () => {} } as unknown as Conversation;
    const error = await askClock(talk, 'load-1').catch((reason: Error) => reason);
    expect((error as Error).message).to.equal('the clock of load-1 could not be asked: it gave no answer');
  });
});
