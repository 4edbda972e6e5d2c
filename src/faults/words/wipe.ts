import type { FaultContract } from '../contract.ts';
import { host } from '../undo-schema.ts';

export const wipe = {
  means: 'every process of the instance is killed and its data directory removed, as on a disk that was replaced',
  says: (it, _, lasted) =>
    `every process of ${it} was killed and its data was removed${lasted && `; it stayed down${lasted}`}`,
  provedBy: 'no process is left, and no file in the directory',
  undoneBy: 'the host is started again; the manager makes a new copy of the primary',
  target: 'instance',
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: true,
  instance: 'gone',
  hidesFromManager: true,
  undo: { lab: host },
  // A primary without its data stays down: where no standby is synchronous yet, none may take over.
  trial: { at: 'standby' },
} as const satisfies FaultContract;
