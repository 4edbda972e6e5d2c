import { expect } from 'chai';
import type { NodeShell, NodesAt } from '../../cnpg/node-shell.ts';
import { isolate } from './isolate.ts';

const rule = '-A PGDRILL-IN -j DROP';

/** A node whose rules are listed, and whether a new command gets through to it. */
function node({ rules, reachable, answers }: { rules: string[]; reachable: boolean; answers?: string }) {
  const commands: string[] = [];
  const shell: NodeShell = {
    run: async (script) => {
      commands.push(script);
      if (!reachable) throw new Error('it did not end within 15 s');
      if (script.includes('-F PGDRILL-IN')) rules.length = 0;
      return rules.join('\n');
    },
    arm: async () => {
      throw new Error('nothing is armed to heal');
    },
    undo: async () => answers,
  };
  const heal = () => isolate.heal({ shell: async () => shell } as unknown as NodesAt, { node: 'a' });
  return { commands, heal };
}

describe('healing an isolated node', () => {
  it('needs no new command where the node answers on the connection that is open', async () => {
    const { commands, heal } = node({ rules: [rule], reachable: false, answers: '' });
    expect(await heal()).to.equal('the rules of a are removed');
    expect(commands).to.deep.equal([]);
  });

  it('is by commands where no such connection is open: from another machine, say', async () => {
    const { heal } = node({ rules: [rule], reachable: true });
    expect(await heal()).to.equal('the rules of a are removed');
  });

  it('fails where the node says that rules are left', async () => {
    const { heal } = node({ rules: [rule], reachable: true, answers: `${rule}\n` });
    const error = await heal().catch((reason: Error) => reason);
    expect((error as Error).message).to.equal(`a still drops packets: ${rule}`);
  });
});
