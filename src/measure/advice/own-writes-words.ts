/** Why sessions missed their own writes on a replica, and what to do about it. */
import type { Run } from '../../journal/run.ts';
import { counted, inSeconds } from '../measured.ts';
import type { Check, Reason } from '../verdict.ts';
import { lsnWait } from '../writes/own-writes.ts';
import { lagAdvice } from './lag-advice.ts';

type Words = Pick<Reason, 'why' | 'advice'>;

/** The way that needs no setting, with what it would have cost here. */
function floorAdvice(run: Run): string {
  const { value, note } = lsnWait(run);
  const cost = value === null ? '' : `: here 95 of 100 reads wait up to ${value.toFixed(1)} ms (${note})`;
  return `Carry pg_current_wal_insert_lsn(), asked after the commit, to the reader and read once pg_last_wal_replay_lsn() has reached it${cost}.`;
}

/** synchronous_commit = remote_apply covers only the standbys that commits wait for. */
function applyAdvice(run: Run, check: Check): string {
  const replicas = Number(run.header.topology.instances ?? 1) - 1;
  const all =
    replicas > 1
      ? ` remote_apply covers only the standbys that confirm a commit: name all ${replicas} replicas behind the read-only service, or a read may go to another one.`
      : '';
  return `${lagAdvice(run, check)}${all}`;
}

export const ownWritesWords = (run: Run, check: Check): Words => ({
  why:
    check.metric === 'readYourWritesMs'
      ? `A session did not find on a replica what it had written ${inSeconds(check.value ?? 0)} s before (${check.note}).`
      : `Sessions did not find on a replica what they had just written (${check.note}).`,
  advice: `${floorAdvice(run)} ${applyAdvice(run, check)}`,
});

export const lsnWaitWords = (run: Run, check: Check): Words => ({
  why: `Replicas replayed a session’s write late: of 100 waits for it, 95 ended within ${inSeconds(check.value ?? 0)} s (${check.note}).`,
  advice: applyAdvice(run, check),
});

export const floorMissWords = (check: Check): Words => ({
  why: `Reads missed ${counted(check.value ?? 0, 'write')} on a replica that said it had replayed them (${check.note}).`,
  advice:
    'Report this to the maintainers of PostgreSQL or of the proxy in between, with the journal: a replica must show what it says it has replayed. First make sure that the position and the read come from one server.',
});
