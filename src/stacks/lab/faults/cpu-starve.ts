/** cpu-starve: all processes of the host are in one control group, which gets a part of one processor's time. */
import { SetupError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import { run } from '../hosts/command.ts';
import { demandController, groupAt, isLimited, limit, unlimit } from '../hosts/control-group.ts';
import { processesOf } from '../hosts/host.ts';
import { hostId } from '../lab.ts';
import type { LabFault } from './fault.ts';
import { hostAimedAt, hostToHeal } from './target.ts';

const periodUs = 100_000;
/** How long a process that wants all of a processor runs, so that the kernel holds it back. */
const busySeconds = 1;

export const cpuStarve: LabFault<'cpu-starve'> = {
  async prepare({ state }, target, { share }) {
    demandController('cpu-starve', 'cpu');
    const host = hostAimedAt(state, target, 'postgres');
    const id = hostId(state, host.name);
    const limits = {
      'cpu.cfs_period_us': String(periodUs),
      'cpu.cfs_quota_us': String(Math.max(1_000, Math.round(share * periodUs))),
    };
    return {
      how: { host: host.name },
      breakIt: () => limit(id, 'cpu', limits, () => processesOf(id)),
      async prove() {
        if (!isLimited(id, 'cpu'))
          throw new SetupError(`the processes of ${host.name} have no limit of processor time`);
        const group = groupAt(id, 'cpu');
        const script = `echo $$ > "$1"; timeout ${busySeconds} sh -c 'while :; do :; done'; true`;
        // On a busy machine it may get less than its share for a while.
        const heldBack = async () => {
          await run('sh', ['-c', script, 'sh', group.path('cgroup.procs')]);
          return Number(/nr_throttled (\d+)/.exec(await group.read('cpu.stat'))?.[1] ?? 0) || undefined;
        };
        const throttled = await until(heldBack, { withinMs: 15_000, what: `${host.name} to be held back` });
        return `the kernel held the processes of ${host.name} back in ${throttled} periods of ${periodUs / 1_000} ms`;
      },
    };
  },

  async heal(state, how) {
    const { name } = hostToHeal(state, how);
    await unlimit(hostId(state, name), 'cpu');
    return `the processes of ${name} no longer have a limit of processor time`;
  },
};
