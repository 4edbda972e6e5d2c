/** An annotation in Grafana over the time of the drill. */
import type { HooksConfig } from './config.ts';
import { type Hook, send } from './hook.ts';

/** @param token of a service account that may write annotations */
export const grafana = ({ url, tags }: NonNullable<HooksConfig['grafana']>, token: string | undefined): Hook => ({
  name: 'grafana',
  async start({ run, scenario, stack }, at) {
    const text = `pgdrill ${scenario} on ${stack} (${run})`;
    const body = { time: at.getTime(), tags: [...tags, scenario], text };
    const made = await send('Grafana', { method: 'POST', url: new URL('/api/annotations', url).href, body, token });
    const { id } = made as { id: number };
    return async ({ outcome, sentence }, endedAt) => {
      const end = { timeEnd: endedAt.getTime(), text: `${text}: ${outcome}. ${sentence}` };
      await send('Grafana', { method: 'PATCH', url: new URL(`/api/annotations/${id}`, url).href, body: end, token });
    };
  },
});
