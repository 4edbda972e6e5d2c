/** PgBouncer's admin console in a Pooler's pod: a local socket with peer authentication. */
import type { Client } from 'pg';
import type { Kube } from './api/kube.ts';
import { connectSocket } from './api/socket.ts';
import { pgbouncerContainer } from './names.ts';

const answerWithinMs = 1_000;

/** @throws Error where the pod, or PgBouncer in it, does not answer */
export const connectConsole = (kube: Kube, namespace: string, pod: string): Promise<Client> =>
  connectSocket(
    kube,
    { namespace, pod, container: pgbouncerContainer },
    { user: 'pgbouncer', database: 'pgbouncer', query_timeout: answerWithinMs },
    3 * answerWithinMs,
  );
