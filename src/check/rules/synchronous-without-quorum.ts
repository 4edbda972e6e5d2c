import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { hasFailoverQuorum, instancesOf, synchronousStandbys } from '../objects/replication.ts';

const path = ['spec', 'postgresql', 'synchronous'];

/** `ANY n` of more than n standbys: the one that has the last commits may be lost with the primary. */
export const synchronousWithoutQuorum: Rule = {
  id: 'synchronous-without-quorum',
  severity: 'warning',
  title: 'failover may promote a standby without the last commits',
  documentation: cnpg('failover', 'failover-quorum-quorum-based-failover'),
  explanation:
    'With `method: any` a commit is acknowledged when any `number` of the standbys has it. When the primary and that ' +
    'standby are lost together, or the operator cannot see it, another one is promoted and acknowledged commits are gone. ' +
    '`failoverQuorum: true` makes the operator wait until enough standbys answer to prove that the candidate has all. ' +
    'In 1.27 the annotation `alpha.cnpg.io/failoverQuorum` does the same.',
  bad: cluster('instances: 3\npostgresql:\n  synchronous:\n    method: any\n    number: 1'),
  since: '1.28',
  drill: 'quorum-refuses',
  measured:
    'with the primary and its synchronous standby dead, on the lab, nobody took over for 50.7 s and nothing was lost (`quorum-refuses`, one run, `docs/measured.md`)',
  check: eachCluster(function* (resource) {
    const at = resource.at(...path, 'method') ?? resource.at(...path);
    const number = synchronousStandbys(resource);
    const instances = instancesOf(resource);
    if (!resource.at(...path) || !at || hasFailoverQuorum(resource)) return;
    if ((resource.text(...path, 'method') ?? 'any') !== 'any' || number >= instances - 1) return;
    // What is preferred only may be given up at any time; a quorum of it proves nothing.
    if (resource.text(...path, 'dataDurability') === 'preferred') return;
    yield {
      resource,
      at,
      message:
        `ANY ${number} of ${instances - 1} standbys has each commit. When the primary and that standby are lost together, ` +
        `another one is promoted and acknowledged commits are gone. failoverQuorum makes the operator promote only a ` +
        `standby that is proved to have them.`,
      change: resource.set([...path, 'failoverQuorum'], true),
    };
  }),
};
