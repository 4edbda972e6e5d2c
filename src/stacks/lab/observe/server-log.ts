/** PostgreSQL's own log: every backend that it forked for a client. */
import { join } from 'node:path';
import { hostFolders } from '../paths.ts';
import type { LabState } from '../state.ts';
import { classifyPostgres, tellEvents } from './log-events.ts';
import type { Sink } from './observer.ts';
import { tail } from './tail.ts';

export const watchServerLog = (state: LabState, instance: string, sink: Sink): Promise<AsyncDisposable> =>
  tail(join(hostFolders(state.id, instance).log, 'postgresql.log'), (lines) =>
    tellEvents(instance, lines, classifyPostgres, sink),
  );
