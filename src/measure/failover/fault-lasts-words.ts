/** Why a primary that stayed the primary did not serve while a fault lasted, and what was in the way after it. */
import { contractOf } from '../../faults/index.ts';
import type { Run } from '../../journal/run.ts';
import { outageTimes } from '../advice/outage-limits.ts';
import type { FaultWindow } from '../availability/fault-windows.ts';
import { listed } from '../measured.ts';
import { refusedByProbes } from '../poolers/refused-by-probes.ts';
import { rejections } from '../poolers/rejections.ts';
import type { CauseFacts, Words } from './cause-facts.ts';
import { bareClauseOf } from './fault-words.ts';
import { isOnlySynchronous, primaryHitBy } from './target-role.ts';

/** Who imposes a part that lasts as long as the drill's own fault does. */
export const faultItself = 'the fault itself';

export function whileFaultLasted(run: Run, fault: FaultWindow, facts: CauseFacts): Words {
  const clause = bareClauseOf(run, fault);
  if (run.stack?.poolers.some((pooler) => fault.hits.includes(pooler))) return poolerDown(run, fault, clause);
  const primary = primaryHitBy(run, fault);
  const waitedFor = fault.hits.find((name) => isOnlySynchronous(run, name, fault.inject.lo));
  const { faultAdvice } = facts;
  const own = { imposedBy: faultItself, ...(faultAdvice && { advice: faultAdvice }) };
  if (primary !== undefined)
    return { ...own, passed: `while ${clause}`, why: `${facts.manager} kept ${primary} as the primary` };
  if (waitedFor !== undefined && facts.durability !== 'asynchronous')
    return {
      passed: `while ${clause}`,
      why: `every commit waited for ${waitedFor}, ${standsAlone(run)}`,
      imposedBy: `${faultItself}, on the standby that commits wait for (durability ${facts.durability})`,
      advice: `${slowStandby(run)}${delayBeyondLimits(run, fault, waitedFor)}`,
    };
  return { ...own, passed: `while ${clause}`, why: `${facts.manager} kept its primary` };
}

const standsAlone = ({ stack }: Run): string =>
  stack?.instances.length === 2 ? 'the only standby' : 'the only synchronous standby';

/** That a limit is shorter than the delay of the one standby that every commit waits for; empty where none is. */
function delayBeyondLimits({ header }: Run, { parameters }: FaultWindow, standby: string): string {
  const delayMs = Number(parameters.delayMs);
  const short = Object.entries(header.limits).filter(
    ([metric, { max }]) => outageTimes.has(metric) && max !== undefined && max < delayMs,
  );
  if (short.length === 0) return '';
  const names = listed(short.map(([metric, { max }]) => `${metric} ≤ ${max! / 1_000} s`));
  return ` While every commit waits for ${standby}, no setting meets ${names}: each takes at least the ${delayMs / 1_000} s of the delay.`;
}

/** What helps against a standby that confirms late. */
export const slowStandby = ({ stack }: Run): string =>
  stack?.instances.length === 2
    ? 'What helps is a second standby, so that commits can wait for the faster of two (any one of them); with two instances only a trade would: commits that wait for no standby may be lost with the primary.'
    : 'What helps is to let commits wait for any one of the standbys instead of a named one (synchronous_mode: quorum, ANY 1), or to take a slow standby out of the candidates (tag nosync) until it is well.';

/** A pooler that the drill broke, or that clients could not reach. */
function poolerDown({ header, stack }: Run, { target, fault, hits }: FaultWindow, clause: string): Words {
  const { failover, giveUpMs, backoffMostMs } = header.load as Readonly<Record<string, unknown>>;
  const poolers = hits.filter((name) => stack?.poolers.includes(name));
  const isCut = contractOf(fault)?.target === 'group';
  const passed = isCut
    ? `while ${clause}`
    : `while ${target} was ${contractOf(fault)?.holdsClients ? 'paused' : 'down'}`;
  const ran = isCut
    ? `${poolers.join(', ')} ran on, and its clients could not reach it`
    : 'the drill broke this pooler';
  if (failover !== true)
    return {
      passed,
      why: `${ran}; the clients of this load know no other way in`,
      imposedBy: faultItself,
      poolerBroken: true,
      advice:
        'What helps is a second way in: clients that know both poolers, or an address before the poolers that is health-checked (a VIP, a Service). Have the system restart a pooler that ends (Restart= of systemd, a Deployment).',
    };
  const backOff =
    Number(backoffMostMs) > 0 ? ` and a shorter back-off (here up to ${Number(backoffMostMs) / 1_000} s)` : '';
  return {
    passed,
    why: `${ran}; its clients know another pooler, and went there once they had given up on this one`,
    imposedBy: `${faultItself}; clients add their own timeout and back-off`,
    poolerBroken: true,
    advice: `What helps clients is a shorter connect and statement timeout (here ${Number(giveUpMs) / 1_000} s)${backOff}, or a health-checked address before the poolers (a VIP, a Service).`,
  };
}

/** What the journal shows of the rest of an outage: log-ins that were refused then; nothing where it shows none. */
export function restOf(run: Run, fromUs: number, untilUs: number): Words | undefined {
  const refused = run.poolLogs.filter(
    ({ event, sqlstate, atUs }) => event === 'error' && sqlstate === '53300' && atUs >= fromUs && atUs <= untilUs,
  );
  if (refused.length === 0 || rejections(run).count === 0) return undefined;
  const max = run.stack?.settings['postgresql.max_connections'];
  return {
    passed: 'after the fault had ended',
    why: `PostgreSQL still refused log-ins${refusedByProbes(run) ? ', because the drill’s own probes had used most of its connections up' : ''}`,
    imposedBy: `PostgreSQL${max ? ` (max_connections = ${max})` : ''}`,
  };
}
