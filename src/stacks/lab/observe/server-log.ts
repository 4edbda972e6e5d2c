/** PostgreSQL's own log: every backend that it forked for a client. */
import { join } from 'node:path';
import { classifyPostgres, tellEvents } from '../../observe/log-events.ts';
import type { Sink } from '../../observe/observer.ts';
import { instancesOf } from '../lab.ts';
import { hostFolders } from '../paths.ts';
import type { LabState } from '../state.ts';
import { tail } from './tail.ts';

export function watchServerLog(state: LabState, instance: string, sink: Sink): Promise<AsyncDisposable> {
  const peers = new Set(instancesOf(state).map(({ address }) => address));
  return tail(join(hostFolders(state.id, instance).log, 'postgresql.log'), (lines) =>
    tellEvents(instance, lines, (line) => classifyPostgres(line, peers), sink),
  );
}
