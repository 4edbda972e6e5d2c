import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';

const example = (phase: string): string => `${cluster('instances: 1')}status:\n  phase: ${phase}\n`;

/** Found in what a live cluster reports. */
export const diskFull: Rule = {
  id: 'disk-full',
  severity: 'error',
  title: 'disk of the cluster is full',
  documentation: cnpg('instance_manager', 'disk-full-failure'),
  explanation:
    'The operator has stopped PostgreSQL because too little disk is left for WAL. It does not fail over, as the standbys ' +
    'are as full. Enlarge the volume (`storage.size`, or `walStorage.size`); the cluster then starts. The rule reads the ' +
    'status of a live cluster.',
  bad: example('Not enough disk space'),
  good: example('Cluster in healthy state'),
  drill: 'disk-full',
  check: eachCluster(function* (resource) {
    const at = resource.at('status', 'phase');
    if (!at || resource.text('status', 'phase') !== 'Not enough disk space') return;
    yield {
      resource,
      at,
      message: `The disk is full, and the operator has stopped PostgreSQL: the database is down until the volume is enlarged.`,
      change: [],
    };
  }),
};
