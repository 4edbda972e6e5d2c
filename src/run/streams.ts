/** The probe streams of a run: METRICS, "Availability". */
import type { Stream } from '../journal/event.ts';
import type { Endpoint } from '../load/endpoint.ts';
import type { StreamPlan } from '../load/process/protocol.ts';

const everyMs = 10;
/** Five a second: more fresh connections would be a storm of their own. */
const freshEveryUs = 200_000;
/** A slot is good if its answer comes within this. */
const limitUs = 1_000_000;

/**
 * One kept-connection stream a path, and one with fresh connections through each pooler.
 * @param probeEveryMs between two slots of a kept connection
 */
export function standardStreams(endpoints: readonly Endpoint[], probeEveryMs: number = everyMs): StreamPlan[] {
  return endpoints.flatMap((endpoint): StreamPlan[] => {
    const path: Stream['path'] = endpoint.name === 'direct' || endpoint.name === 'readonly' ? endpoint.name : 'pooler';
    const kept = { name: endpoint.name, path, fresh: false, stepUs: probeEveryMs * 1_000, limitUs, endpoint };
    if (path !== 'pooler') return [kept];
    return [kept, { ...kept, name: `${endpoint.name}-fresh`, fresh: true, stepUs: freshEveryUs }];
  });
}
