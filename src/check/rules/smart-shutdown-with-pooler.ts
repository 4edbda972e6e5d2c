import { cnpg } from '../documentation.ts';
import { setIn } from '../edit.ts';
import type { Rule } from '../finding.ts';

const defaultSeconds = 180;
const atMostSeconds = 30;

/** A smart shutdown waits for sessions to end; those of a pooler do not. */
export const smartShutdownWithPooler: Rule = {
  id: 'smart-shutdown-with-pooler',
  severity: 'warning',
  title: 'shutdown waits for pooled sessions that do not end',
  documentation: cnpg('instance_manager', 'shutdown-control'),
  *check(inventory) {
    for (const resource of inventory.clusters) {
      const pooler = inventory.writePoolersOf(resource)[0];
      const set = resource.number('spec', 'smartShutdownTimeout');
      const seconds = set ?? defaultSeconds;
      if (!pooler || seconds <= atMostSeconds) continue;
      yield {
        resource,
        at: resource.nearest('spec', 'smartShutdownTimeout'),
        message:
          `When the primary’s pod is deleted or its node drained, PostgreSQL first waits ${seconds} s` +
          `${set === undefined ? ' (the default)' : ''} for its sessions to end, and refuses new ones. Those of ` +
          `${pooler.title} stay open, so the failover that a drain should be begins only ${seconds} s later.`,
        change: [
          setIn(
            resource.at('spec', 'smartShutdownTimeout')?.manifest ?? resource.base,
            ['spec', 'smartShutdownTimeout'],
            10,
          ),
        ],
      };
    }
  },
};
