/**
 * pooler-pause: PgBouncer gets SIGUSR1, which is the console's PAUSE: it lets running transactions end and then holds
 * everybody, connected, until SIGUSR2. Its log shows that it took either.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import { pgbouncer, signalProcess } from '../hosts/processes.ts';
import { hostId } from '../lab.ts';
import { hostFolders } from '../paths.ts';
import type { LabState } from '../state.ts';
import type { LabFault } from './fault.ts';
import { hostAimedAt, hostToHeal } from './target.ts';

export const poolerPause: LabFault = {
  async prepare({ state }, target) {
    const { name } = hostAimedAt(state, target, 'pooler');
    const process = await pgbouncer(hostId(state, name));
    if (!process) throw new SetupError(`${name} has no PgBouncer to pause: it is down`);
    return {
      how: { host: name },
      breakIt: async () => signalProcess(process.pid, 'SIGUSR1'),
      async prove() {
        await untilPaused(state, name, true);
        return `PgBouncer on ${name} says that it pauses all activity`;
      },
    };
  },

  async heal(state, how) {
    const { name } = hostToHeal(state, how);
    const process = await pgbouncer(hostId(state, name));
    if (!process || !(await isPaused(state, name))) return `PgBouncer on ${name} is not paused`;
    signalProcess(process.pid, 'SIGUSR2');
    await untilPaused(state, name, false);
    return `PgBouncer on ${name} says that it continues`;
  },
};

const untilPaused = (state: LabState, name: string, wanted: boolean): Promise<boolean> =>
  until(async () => ((await isPaused(state, name)) === wanted ? true : undefined), {
    withinMs: 10_000,
    everyMs: 10,
    what: `PgBouncer on ${name} to ${wanted ? 'pause' : 'continue'}`,
  });

/** By the last that its log says of it since it was started. */
export async function isPaused(state: LabState, name: string): Promise<boolean> {
  const text = await readFile(join(hostFolders(state.id, name).log, 'pgbouncer.log'), 'utf8').catch(() => '');
  const last = text.lastIndexOf('got SIGUSR1, pausing all activity');
  const since = Math.max(text.lastIndexOf('got SIGUSR2, continuing'), text.lastIndexOf('process up: PgBouncer'));
  return last > since;
}
