/** A POST of JSON at the start, and one at the end or at an abort. */
import { type Hook, send } from './hook.ts';

export const webhook = (url: string): Hook => ({
  name: 'webhook',
  async start(about, at) {
    await send('the webhook', { method: 'POST', url, body: { event: 'start', at: at.toISOString(), ...about } });
    return async (ending, endedAt) => {
      await send('the webhook', { method: 'POST', url, body: { ...about, ...ending, at: endedAt.toISOString() } });
    };
  },
});
