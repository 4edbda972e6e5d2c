/**
 * restart: the postmaster alone gets SIGKILL, as the kernel's out-of-memory killer does. Patroni runs on and starts
 * PostgreSQL again in place; it fails over only where that takes longer than `primary_start_timeout`.
 */
import { SetupError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import { connectPostgres } from '../control/postgres.ts';
import { postmaster, signalProcess } from '../hosts/processes.ts';
import { hostId } from '../lab.ts';
import type { LabFault } from './fault.ts';
import { hostAimedAt, hostToHeal } from './target.ts';

export const restart: LabFault = {
  async prepare({ state }, target) {
    const host = hostAimedAt(state, target, 'postgres');
    const id = hostId(state, host.name);
    const victim = await postmaster(id);
    if (!victim) throw new SetupError(`${host.name} has no postmaster to kill: PostgreSQL is down there`);
    return {
      how: { host: host.name },
      breakIt: async () => signalProcess(victim.pid, 'SIGKILL'),
      async prove() {
        const gone = async () => ((await postmaster(id))?.pid === victim.pid ? undefined : true);
        await until(gone, { withinMs: 5_000, everyMs: 10, what: `the postmaster of ${host.name} to go` });
        return `the postmaster of ${host.name} (process ${victim.pid}) is gone`;
      },
    };
  },

  async heal(state, how) {
    const id = hostId(state, hostToHeal(state, how).name);
    const answers = async () => {
      const client = await connectPostgres(id, 'postgres', { withinMs: 1_000 }).catch(() => undefined);
      await client?.end();
      return client && true;
    };
    await until(answers, { withinMs: 60_000, what: `Patroni to start PostgreSQL on ${id.name} again` });
    return `Patroni has started PostgreSQL on ${id.name} again`;
  },
};
