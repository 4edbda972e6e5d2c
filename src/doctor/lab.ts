import { labPlace } from '../container/place.ts';
import { missingParts } from '../stacks/lab/root/rootfs.ts';
import type { Check, Finding } from './check.ts';

/** The way that `pgdrill run` will take: on the machine, in Docker, or not at all. */
export const lab: Check = {
  name: 'stack lab',
  async look(): Promise<Finding> {
    const place = await labPlace();
    if (place.where === 'nowhere') return { state: 'missing', text: place.because };
    if (place.where === 'docker')
      return { state: 'ok', runs: true, text: `in a Docker container (on this machine: ${place.because})` };
    const missing = await missingParts();
    const first = missing.length > 0 ? `; the first drill prepares it (${missing.join(', ')}), some minutes` : '';
    return { state: 'ok', runs: true, text: `on this machine${first}` };
  },
};
