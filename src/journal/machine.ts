/** Facts of the machine that the harness runs on, for the journal. */
import { cpus, release, totalmem, type } from 'node:os';
import type { EventOf } from './event.ts';

export const machine = (): EventOf<'run'>['host'] => ({
  os: type(),
  kernel: release(),
  cpus: cpus().length,
  memoryBytes: totalmem(),
  node: process.version,
});
