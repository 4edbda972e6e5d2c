/** A script that waits in a shell for a word, so that what it then does begins within milliseconds of a known time. */

import { SetupError } from '../../errors.ts';
import { log } from '../../log/log.ts';
import { within } from '../../wait.ts';
import type { Conversation } from './conversation.ts';
import type { Armed, ArmedScript } from './node-shell.ts';

const ready = 'pgdrill-armed';
const done = 'pgdrill-fired';
const armedWithinMs = 30_000;

/** Keeps the script waiting before its action, which the check follows. If its input ends before the word it does nothing. */
export const armedScript = ({ setup, action, check }: ArmedScript): string =>
  `${setup}\necho ${ready}\nread word || exit 2\n${action}\necho ${done}\n${check}`;

/**
 * @param talk with a shell that runs `armedScript`
 * @param where it runs, for errors: `in node agent-1`
 * @param lethal whether the action may end the shell too: what it did has to be proved by something else then
 * @throws SetupError where it does not get as far as to wait
 */
export async function awaitArmed(talk: Conversation, where: string, lethal = false): Promise<Armed> {
  const said = listen(talk);
  const failed = (what: string) =>
    new SetupError(`a command ${where} ${what}: ${said.errors().trim() || 'it said nothing'}`);
  await within(said.until(ready), armedWithinMs);
  if (!said.text().includes(ready)) {
    talk.close();
    throw failed('did not start');
  }
  return {
    async fire() {
      log.debug('armed script fires', { where });
      talk.write('go\n');
      await said.until(done);
      if (!lethal && !said.text().includes(done)) throw failed('did not do what it was to do');
    },
    async checked() {
      const code = await talk.ended;
      if (code !== 0) throw failed(code === undefined ? 'was cut off' : `ended with ${code}`);
      return said.text().split(done)[1]!.trim();
    },
  };
}

function listen({ out, err, ended }: Conversation) {
  let [text, errors] = ['', ''];
  out.on('data', (chunk) => (text += chunk));
  err.on('data', (chunk) => (errors += chunk));
  return {
    text: () => text,
    errors: () => errors,
    /** Resolves once the word has come, or nothing more will. */
    until: (word: string) =>
      Promise.race([
        ended.then(() => {}),
        new Promise<void>((resolve) => {
          const look = () => text.includes(word) && resolve();
          out.on('data', look);
          look();
        }),
      ]),
  };
}
