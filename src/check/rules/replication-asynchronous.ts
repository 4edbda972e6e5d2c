import { atLeast, cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { instancesOf, isReplicaCluster, isSynchronous, synchronousSettings } from '../objects/replication.ts';
import { needs } from '../objects/since.ts';

/** With it a failover waits for proof that the candidate has every acknowledged commit. */
const quorum = { field: 'failoverQuorum, for failovers that keep every commit,', since: '1.28' };

/** A failover to the most advanced standby keeps what that standby had, which is not all that was acknowledged. */
export const replicationAsynchronous: Rule = {
  id: 'replication-asynchronous',
  severity: 'warning',
  onlyInProduction: true,
  together: true,
  title: 'acknowledged writes are on the primary only',
  documentation: cnpg('replication', 'synchronous-replication'),
  explanation:
    'Without synchronous replication a commit is acknowledged before any standby has it. When the primary is lost, the ' +
    'most advanced standby is promoted without the last acknowledged writes, and no client gets an error. Synchronous ' +
    'replication costs a network round trip for each commit. The rule is silent where the repository declares a single node. Accept the finding where losing the last writes is allowed.',
  bad: cluster('instances: 3'),
  meant: {
    anywhere:
      /\basync(?:hronous(?:ly)?)?\b(?! replica\b)|\b(?:lose|losing|loss of)\b[^.]{0,40}\b(?:writes?|commits?|transactions?)\b|\bRPO\b/i,
  },
  drill: 'primary-crash',
  measured:
    'an isolated asynchronous primary on the lab lost 51 and 131 acknowledged writes (`primary-isolated-open-session`, one run each, `docs/measured.md`)',
  check: eachCluster(function* (resource, { nodes, installed }) {
    const instances = instancesOf(resource);
    if (instances < 2 || isSynchronous(resource) || isReplicaCluster(resource)) return;
    // Standbys on the only node are lost with it.
    if (nodes === 1) return;
    const isBefore = (release: string) => installed !== undefined && !atLeast(installed.version, release);
    yield {
      resource,
      at: resource.nearest('spec', 'postgresql'),
      message:
        `Replication is asynchronous: a commit is acknowledged before any standby has it. When the primary is lost, the ` +
        `most advanced standby is promoted and the last acknowledged writes are gone, without an error for any client.` +
        (instances > 2
          ? ` With ${isBefore('1.25') ? 'synchronous replication' : 'dataDurability: required'} commits wait for a standby: while none can answer, writes stop.`
          : ' With two instances dataDurability has to be preferred, or the loss of either stops all writes.') +
        (instances > 2 && isBefore('1.28') && !isBefore('1.24') ? ` ${needs(quorum, installed)}` : ''),
      change: resource.set(['spec', 'postgresql', 'synchronous'], synchronousSettings(instances, resource)),
    };
  }),
};
