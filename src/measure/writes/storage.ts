/** How much WAL instances kept, and what replication slots held back. */
import type { EventOf } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { exactly, measured, unmeasurable } from '../measured.ts';
import type { MetricName } from '../metrics.ts';
import type { Measured } from '../verdict.ts';

type Look = EventOf<'storage'>;

/**
 * `walPeakBytes`: the most that the WAL of one instance took on its disk. `slotKeptBytes`: the most WAL that one replication
 * slot kept. `lostSlots`: slots that were seen `lost`, because the WAL that they need was removed: their standby or
 * subscriber has to begin again. By looks five seconds apart, so the first two have no upper end.
 */
export function storage(run: Run): Measured[] {
  const looks = run.storages;
  const none = 'nobody looked at what the instances keep';
  if (looks.length === 0)
    return (['walPeakBytes', 'slotKeptBytes', 'lostSlots'] as const).map((metric) => unmeasurable(metric, none));
  const sized = looks.filter(({ walBytes }) => walBytes !== undefined);
  return [
    sized.length === 0
      ? unmeasurable('walPeakBytes', 'the account may not list pg_wal (pg_monitor)')
      : most('walPeakBytes', sized, ({ walBytes, instance }) => ({ bytes: walBytes!, of: instance })),
    most('slotKeptBytes', looks, keptIn),
    lost(looks),
  ];
}

/** The slot of a look that keeps most. */
function keptIn({ slots, instance }: Look): { bytes: number; of: string } {
  const [first] = slots.toSorted((a, b) => b.keptBytes - a.keptBytes);
  if (!first) return { bytes: 0, of: '' };
  return {
    bytes: first.keptBytes,
    of: `${first.name} on ${instance}${first.active ? '' : ', which nobody read from'}`,
  };
}

function most(metric: MetricName, looks: readonly Look[], of: (look: Look) => { bytes: number; of: string }): Measured {
  const [worst] = looks.map((look) => ({ ...of(look), seq: look.seq })).sort((a, b) => b.bytes - a.bytes);
  const { bytes, of: note, seq } = worst!;
  return measured(metric, { value: bytes, lower: bytes, upper: null, evidence: bytes > 0 ? [seq] : [], note });
}

function lost(looks: readonly Look[]): Measured {
  const seen = new Map<string, number>();
  for (const { instance, slots, seq } of looks)
    for (const { name, status } of slots)
      if (status === 'lost' && !seen.has(`${name} on ${instance}`)) seen.set(`${name} on ${instance}`, seq);
  return exactly('lostSlots', seen.size, [...seen.values()], [...seen.keys()].join(', '));
}
