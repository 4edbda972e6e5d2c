import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { instancesOf } from '../objects/replication.ts';

/** What stops a primary that nobody but its clients can reach. */
export const isolationCheckOff: Rule = {
  id: 'isolation-check-off',
  severity: 'warning',
  title: 'isolated primary keeps running',
  documentation: cnpg('instance_manager', 'primary-isolation'),
  explanation:
    'The liveness probe of a primary fails when it reaches neither the API server nor any other instance, and stops it. With `isolationCheck.enabled: false` an isolated primary goes on to take writes from clients that still reach it while another instance is promoted; those writes are lost.',
  bad: cluster('instances: 3\nprobes:\n  liveness:\n    isolationCheck:\n      enabled: false'),
  drill: 'node-isolated',
  measured:
    'on the lab, with Patroni, an isolated primary went on acknowledging writes for 9.5 s and 21.7 s, and 51 and 131 of them were lost (one run each, `docs/measured.md`)',
  check: eachCluster(function* (resource) {
    const path = ['spec', 'probes', 'liveness', 'isolationCheck', 'enabled'];
    const at = resource.at(...path);
    if (!at || resource.flag(...path) !== false || instancesOf(resource) < 2) return;
    yield {
      resource,
      at,
      message: `The isolation check is off: a primary that is cut off from the API server and from the other instances goes on taking writes while another instance is promoted, and these writes are lost.`,
      change: resource.set(path, true),
    };
  }),
};
