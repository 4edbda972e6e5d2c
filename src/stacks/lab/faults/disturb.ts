/**
 * disturb: commands of the scenario, as the host's root. The undo record holds the one that heals, so that another process
 * can do it: it is read only from a state folder that nobody else can write to, and never from a cluster.
 */
import { SetupError, UsageError } from '../../../errors.ts';
import { outputOf } from '../hosts/command.ts';
import { type HostId, initOf } from '../hosts/host.ts';
import { runAsRoot } from '../hosts/run-in.ts';
import { hostId } from '../lab.ts';
import type { LabFault } from './fault.ts';
import { hostAimedAt, hostToHeal } from './target.ts';

const withinMs = 60_000;

export const disturb: LabFault<'disturb'> = {
  async prepare({ state }, target, { name, break: breaking, prove, heal }) {
    const host = hostAimedAt(state, target, 'postgres');
    const id = hostId(state, host.name);
    if (await succeeds(id, prove))
      throw new UsageError(
        `${name} is in effect on ${host.name} already: ${prove.join(' ')} should fail before it is injected`,
      );
    return {
      how: { host: host.name, name, prove, heal },
      breakIt: async () => void (await runAsRoot(id, breaking, { timeoutMs: withinMs })),
      async prove() {
        const said = await runAsRoot(id, prove, { timeoutMs: withinMs }).catch((error: unknown) => {
          throw new SetupError(
            `${name} on ${host.name} should be in effect, but ${prove.join(' ')} fails: ${lastLine(outputOf(error))}`,
          );
        });
        return `${prove.join(' ')} succeeds on ${host.name}${said.trim() && `: ${lastLine(said)}`}`;
      },
    };
  },

  async heal(state, how) {
    const { name: host } = hostToHeal(state, how);
    const id = hostId(state, host);
    const { name, prove, heal } = how as { name: string; prove: string[]; heal: string[] };
    if (!(await initOf(id))) throw new SetupError(`${host} is down, so ${name} cannot be undone there: start it first`);
    await runAsRoot(id, heal, { timeoutMs: withinMs });
    if (await succeeds(id, prove))
      throw new SetupError(`${name} is still in effect on ${host}: ${prove.join(' ')} succeeds`);
    return `${heal.join(' ')} was run on ${host}; ${prove.join(' ')} fails there`;
  },
};

const succeeds = (id: HostId, command: readonly string[]): Promise<boolean> =>
  runAsRoot(id, command, { timeoutMs: withinMs }).then(
    () => true,
    () => false,
  );

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
