/** The faults of the k3s stack by name: a new one is a file and a line below. */
export { crash } from '../../cnpg/faults/crash.ts';
export { deletion as delete } from '../../cnpg/faults/delete.ts';
export { deleteNow as 'delete-now' } from '../../cnpg/faults/delete-now.ts';
export { destroy } from '../../cnpg/faults/destroy.ts';
export { drain } from '../../cnpg/faults/drain.ts';
export { freeze } from '../../cnpg/faults/freeze.ts';
export { operatorDown as 'operator-down' } from '../../cnpg/faults/operator-down.ts';
export { poolerCrash as 'pooler-crash' } from '../../cnpg/faults/pooler-crash.ts';
export { poolerDelete as 'pooler-delete' } from '../../cnpg/faults/pooler-delete.ts';
export { poolerFreeze as 'pooler-freeze' } from '../../cnpg/faults/pooler-freeze.ts';
export { poolerPause as 'pooler-pause' } from '../../cnpg/faults/pooler-pause.ts';
export { poolerRestart as 'pooler-restart' } from '../../cnpg/faults/pooler-restart.ts';
export { restart } from '../../cnpg/faults/restart.ts';
export { storeDown as 'store-down' } from '../../cnpg/faults/store-down.ts';
export { switchover } from '../../cnpg/faults/switchover.ts';
export { isolate } from './isolate.ts';
export { nodeCrash as 'node-crash' } from './node-crash.ts';
export { pauseHost as 'pause-host' } from './pause-host.ts';
