/** pooler-freeze: PgBouncer's processes in one pod are stopped; its sockets stay open and the kernel takes connections. */
import type { Fault } from '../../../faults/contract.ts';
import { pgbouncerContainer } from '../names.ts';
import { onProcesses } from '../pod-processes.ts';
import { word } from './fault.ts';
import { freezeNamed, goOn } from './freeze.ts';
import { type PoolersAt, poolerOnNode } from './pooler.ts';

export const poolerFreeze: Fault<PoolersAt> = {
  prepare: async (at, target) => freezeNamed(await poolerOnNode(at, target), pgbouncerContainer),
  async heal({ shell }, how) {
    const went = Number(await onProcesses(await shell(word(how, 'node')), word(how, 'uid'), goOn));
    return went > 0 ? `${went} processes of ${word(how, 'pod')} go on` : `no process of ${word(how, 'pod')} is stopped`;
  },
};
