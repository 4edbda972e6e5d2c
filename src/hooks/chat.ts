/**
 * Messages to a chat at the start and at the end of a drill. Its address is a secret: who has it can write there. A chat that
 * is down or slow ends nothing and delays nothing: the message of the start is sent beside the drill.
 */
import { UsageError } from '../errors.ts';
import { hideSecrets, redact } from '../secrets.ts';
import type { About, Ending, Hook } from './hook.ts';
import { send } from './hook.ts';

/** The environment's name for the address. */
export const chatAddress = 'PGDRILL_NOTIFY';

interface Message {
  readonly title: string;
  readonly text: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** Of Slack: `mrkdwn` with its three characters escaped. Source: docs.slack.dev, "Formatting message text". */
const plain = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** What each chat takes. Teams: an adaptive card, as its workflow "post to a channel when a webhook request is received" has it. */
const templates = {
  slack: ({ title, text, facts }: Message): object => ({
    text: plain(`${title}: ${text}`),
    blocks: [
      { type: 'section', text: { type: 'plain_text', text: title } },
      { type: 'section', text: { type: 'plain_text', text } },
      { type: 'context', elements: facts.map(([name, value]) => ({ type: 'plain_text', text: `${name}: ${value}` })) },
    ],
  }),
  teams: ({ title, text, facts }: Message): object => ({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            { type: 'TextBlock', text: title, weight: 'Bolder', wrap: true },
            { type: 'TextBlock', text, wrap: true },
            { type: 'FactSet', facts: facts.map(([name, value]) => ({ title: name, value })) },
          ],
        },
      },
    ],
  }),
} as const;

export type ChatTemplate = keyof typeof templates;
export const chatTemplates = Object.keys(templates) as readonly ChatTemplate[];

const startOf = ({ scenario, stack, reason, run }: About): Message => ({
  title: `pgdrill: ${scenario} begins`,
  text: `A drill begins on the stack ${stack}.`,
  facts: [['run', run], ...(reason ? [['reason', reason] as const] : [])],
});
const endOf = ({ scenario, stack, run }: About, { event, outcome, sentence }: Ending): Message => ({
  title: `pgdrill: ${scenario} ${event === 'abort' ? 'was ended early' : outcome}`,
  text: sentence || 'No verdict.',
  facts: [
    ['run', run],
    ['stack', stack],
    ['outcome', outcome],
  ],
});

const redacted = ({ title, text, facts }: Message): Message => ({
  title: redact(title),
  text: redact(text),
  facts: facts.map(([name, value]) => [name, redact(value)]),
});

/** @throws UsageError for anything but an address of http or https */
export function chat(address: string, template: ChatTemplate): Hook {
  const url = URL.parse(address);
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new UsageError(
      `--notify and ${chatAddress} expect the address of a webhook, such as https://…; it is not an address`,
    );
  hideSecrets([address, url.pathname, url.search]);
  const post = (message: Message): Promise<string | undefined> =>
    send('the chat', {
      method: 'POST',
      url: address,
      shownUrl: url.origin,
      body: templates[template](redacted(message)),
    }).then(
      () => undefined,
      (error: Error) => error.message,
    );
  return {
    name: 'chat',
    async start(about) {
      const started = post(startOf(about));
      return async (ending) => {
        const failed = [await started, await post(endOf(about, ending))].find((one) => one !== undefined);
        if (failed !== undefined) throw new Error(failed);
      };
    },
  };
}
