/**
 * pooler-pause: `spec.pgbouncer.paused` of the Pooler. The operator's manager in each pod then has PgBouncer PAUSE, which
 * lets running transactions end and holds every client, connected. It is a property of the Pooler: all its PgBouncers
 * pause, whichever of them the fault is aimed at.
 */
import { SetupError } from '../../../errors.ts';
import type { Fault } from '../../../faults/contract.ts';
import { until } from '../../../wait.ts';
import { connectConsole } from '../console.ts';
import { isReady, poolerKind, refTo } from '../objects.ts';
import type { ClusterAt } from './at.ts';
import { word } from './fault.ts';
import { type PoolersAt, podsOfPooler, poolerOnNode } from './pooler.ts';

/** PAUSE waits for transactions; the load's are short. */
const pauseWithinMs = 30_000;

export const poolerPause: Fault<PoolersAt> = {
  async prepare(at, target) {
    const { name } = await poolerOnNode(at, target);
    const { pooler } = at.site;
    return {
      how: { pooler },
      breakIt: () => setPaused(at, pooler, true),
      prove: () => provePaused(at, [name]),
    };
  },
  async heal(at, how) {
    const pooler = word(how, 'pooler');
    if (pooler !== at.site.pooler)
      throw new SetupError(`the undo record names the Pooler ${pooler}, but the drill's is ${at.site.pooler}`);
    await setPaused(at, pooler, false);
    return untilResumed(at, pooler);
  },
};

export const setPaused = ({ kube, site }: ClusterAt, pooler: string, paused: boolean): Promise<void> =>
  kube.patch(refTo(poolerKind, pooler, site.namespace), { spec: { pgbouncer: { paused } } });

/** @param pods where PgBouncer has to say so. @throws SetupError where one does not in time */
export async function provePaused(at: ClusterAt, pods: readonly string[], withinMs = pauseWithinMs): Promise<string> {
  await untilPaused(at, pods, true, withinMs);
  return `PgBouncer in ${pods.join(', ')} reports that it is paused`;
}

/** Waits until every PgBouncer that is ready serves again. @throws SetupError where one does not in time */
export async function untilResumed(at: ClusterAt, pooler: string): Promise<string> {
  const pods = (await podsOfPooler(at, pooler)).filter(isReady).map(({ metadata }) => metadata.name);
  await untilPaused(at, pods, false, pauseWithinMs);
  return `no PgBouncer of the Pooler ${pooler} is paused`;
}

async function untilPaused(at: ClusterAt, pods: readonly string[], wanted: boolean, withinMs: number): Promise<void> {
  for (const pod of pods)
    await until(async () => ((await isPaused(at, pod)) === wanted ? true : undefined), {
      withinMs,
      everyMs: 100,
      what: `PgBouncer in ${pod} to ${wanted ? 'pause' : 'resume'}`,
    });
}

/** By PgBouncer's own word; undefined where it does not answer. */
async function isPaused({ kube, site }: ClusterAt, pod: string): Promise<boolean | undefined> {
  const console = await connectConsole(kube, site.namespace, pod).catch(() => undefined);
  if (!console) return undefined;
  try {
    // A PAUSE of everything leaves each database's own `paused` in SHOW DATABASES at 0.
    const { rows } = await console.query<{ key: string; value: string }>('show state');
    return rows.some(({ key, value }) => key === 'paused' && value === 'yes');
  } catch {
    return undefined;
  } finally {
    await console.end().catch(() => {});
  }
}
