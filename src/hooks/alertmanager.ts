/** A silence in Alertmanager for the time of the drill (its API v2). */
import type { HooksConfig } from './config.ts';
import { type Hook, send } from './hook.ts';

export const alertmanager = ({ url, matchers, minutes }: NonNullable<HooksConfig['alertmanager']>): Hook => ({
  name: 'alertmanager',
  async start({ run, scenario, reason }, at) {
    const silence = {
      matchers: Object.entries(matchers).map(([name, value]) => ({ name, value, isRegex: false, isEqual: true })),
      startsAt: at.toISOString(),
      endsAt: new Date(at.getTime() + minutes * 60_000).toISOString(),
      createdBy: 'pgdrill',
      comment: `${scenario} (${run})${reason && `: ${reason}`}`,
    };
    const made = await send('Alertmanager', {
      method: 'POST',
      url: new URL('/api/v2/silences', url).href,
      body: silence,
    });
    const { silenceID } = made as { silenceID: string };
    return async () => {
      await send('Alertmanager', { method: 'DELETE', url: new URL(`/api/v2/silence/${silenceID}`, url).href });
    };
  },
});
