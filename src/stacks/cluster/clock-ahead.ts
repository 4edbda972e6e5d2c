/** How far the monotonic clock of another machine is ahead of ours, by asking it over a connection. */
import { SetupError } from '../../errors.ts';
import type { Conversation } from '../cnpg/conversation.ts';

/** Answers each line with its own `process.hrtime.bigint()`. */
export const clockScript = `process.stdin.on('data', () => process.stdout.write(process.hrtime.bigint() + '\\n'))`;

const questions = 25;
const answerWithinMs = 5_000;

export interface Asked {
  readonly beforeNs: bigint;
  readonly saidNs: bigint;
  readonly afterNs: bigint;
}
export interface Ahead {
  readonly aheadNs: bigint;
  readonly plusMinusNs: bigint;
}

/**
 * From the question that was answered soonest: the answer was given somewhere between its two ends (Cristian, Probabilistic
 * clock synchronization, 1989). Pure.
 */
export function aheadBy(asked: readonly [Asked, ...Asked[]]): Ahead {
  const lasted = ({ beforeNs, afterNs }: Asked) => afterNs - beforeNs;
  const best = asked.reduce((a, b) => (lasted(b) < lasted(a) ? b : a));
  return { aheadNs: best.saidNs - (best.beforeNs + best.afterNs) / 2n, plusMinusNs: (lasted(best) + 1n) / 2n };
}

/** @param talk with `clockScript` @throws SetupError where it does not answer */
export async function askClock(talk: Conversation, where: string): Promise<Ahead> {
  const asked: Asked[] = [];
  for (let i = 0; i < questions; i++) {
    const answer = nextLine(talk, where);
    const beforeNs = process.hrtime.bigint();
    talk.write('\n');
    const said = await answer;
    asked.push({ beforeNs, saidNs: BigInt(said), afterNs: process.hrtime.bigint() });
  }
  return aheadBy(asked as [Asked, ...Asked[]]);
}

function nextLine({ out, ended }: Conversation, where: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = () => reject(new SetupError(`the clock of ${where} could not be asked: it gave no answer`));
    const late = setTimeout(fail, answerWithinMs);
    void ended.then(fail);
    const hear = (chunk: unknown) => {
      text += String(chunk);
      if (!text.includes('\n')) return;
      clearTimeout(late);
      out.off('data', hear);
      resolve(text.trim());
    };
    out.on('data', hear);
  });
}
