/** What a run's scenario declares that it needs: the faults it injects, and other capabilities of the stack. */
import type { EventOf } from '../event.ts';

/**
 * The scenarios that wrote journals without `needs`, as they were then. Later journals carry `needs` in their first line;
 * nothing is added here.
 */
const ofOldJournals: Readonly<Record<string, readonly string[]>> = {
  alerts: ['freeze', 'metrics'],
  'archive-after-failover': ['crash', 'backup'],
  'control-plane-lost': ['control-plane-down'],
  disaster: ['destroy', 'backup'],
  'disk-full': ['disk-full', 'backup'],
  drain: ['drain'],
  'failover-storm': ['switchover'],
  'former-primary-ahead': ['crash', 'freeze'],
  'lossy-network': ['lossy'],
  'node-isolated': ['isolate'],
  'object-store-down': ['store-down', 'switchover', 'backup'],
  'operator-down': ['operator-down', 'crash'],
  'operator-primary-cut': ['isolate-from-operator'],
  'paused-switchover': ['switchover', 'pooler-pause'],
  'planned-switchover': ['switchover'],
  'point-in-time-restore': ['crash', 'backup'],
  'pooler-loss': ['pooler-crash'],
  'primary-crash': ['crash'],
  'primary-delete': ['delete'],
  'primary-delete-now': ['delete-now'],
  'primary-freeze': ['freeze'],
  'primary-isolated-open-session': ['isolate-from-peers'],
  'primary-restart': ['restart'],
  'quorum-refuses': ['crash'],
  'replica-crash': ['crash'],
  'retry-on-failure': ['crash'],
  'rolling-update': ['delete', 'switchover'],
  'scheduled-backup': ['backup', 'schedule'],
  'standbys-lost': ['crash'],
  'standbys-lost-preferred': ['crash'],
  'wipe-and-rejoin': ['wipe'],
};

/** @returns none for a journal from before they were recorded whose scenario is not one of ours */
export const needsOf = ({ needs, scenario }: EventOf<'run'>): readonly string[] =>
  needs ?? (Object.hasOwn(ofOldJournals, scenario.name) ? ofOldJournals[scenario.name]! : []);
