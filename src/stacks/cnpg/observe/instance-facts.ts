/** Messages of CloudNativePG's instance manager and of the PostgreSQL that it runs, out of the one log of their container. */
import type { EventOf } from '../../../journal/event.ts';
import { type Fact, factOfPostgres } from '../../observe/server-log.ts';

export interface InstanceFact {
  readonly program: Exclude<EventOf<'log'>['program'], 'patroni'>;
  readonly fact: Fact;
  /** By the manager's clock. */
  readonly at: Date;
}

interface Entry {
  readonly level?: string;
  readonly ts?: string;
  readonly logger?: string;
  readonly msg?: string;
  readonly error?: string;
  readonly record?: { readonly error_severity?: string; readonly message?: string };
}

/** Of what the manager says at level info: it changes what the instance is. */
const ofManager = /promot|demot|rewind|fenc|shut ?down|restart|lease|timeline|former primary|replica/i;

/** A line of the log after the kubelet's time; undefined where it says nothing of interest, or is not JSON. */
export function instanceFact(line: string): InstanceFact | undefined {
  const start = line.indexOf('{');
  if (start < 0) return undefined;
  try {
    const entry = JSON.parse(line.slice(start)) as Entry;
    const at = new Date(entry.ts ?? '');
    if (Number.isNaN(at.getTime())) return undefined;
    const { record } = entry;
    const program = record ? 'postgresql' : 'cloudnative-pg';
    const fact = record ? factOfPostgres(record.error_severity ?? '', record.message ?? '') : managerFact(entry);
    return fact && { program, fact, at };
  } catch {
    return undefined;
  }
}

function managerFact({ level = '', msg = '', error }: Entry): Fact | undefined {
  if (level === 'info' && !ofManager.test(msg)) return undefined;
  return { level, text: error ? `${msg}: ${error}` : msg };
}
