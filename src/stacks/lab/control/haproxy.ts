/** Asks HAProxy over its local socket. */
import { connect } from 'node:net';
import { SetupError } from '../../../errors.ts';

/** One server behind one proxy, as `show stat` has it. */
export interface BackendServer {
  readonly proxy: string;
  readonly server: string;
  /** `UP`, `DOWN`, `UP 1/2` … */
  readonly status: string;
}

/** What HAProxy answers to one command. @throws SetupError where it does not within 2 s */
export function askHaproxy(socket: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const connection = connect(socket);
    let text = '';
    connection.setEncoding('utf8');
    connection.setTimeout(2_000, () => connection.destroy(new SetupError('HAProxy did not answer within 2 s')));
    connection.on('data', (part: string) => (text += part));
    connection.on('error', reject);
    connection.on('end', () => resolve(text));
    connection.end(`${command}\n`);
  });
}

/** The state of every server that HAProxy sends clients to. */
export async function backendServers(socket: string): Promise<BackendServer[]> {
  return parseStat(await askHaproxy(socket, 'show stat -1 4 -1'));
}

/** Reads the table that `show stat` prints: a header line, then a line a server. */
export function parseStat(text: string): BackendServer[] {
  const [header, ...lines] = text.trim().split('\n');
  const columns = (header ?? '').replace(/^# /, '').split(',');
  const [proxy, server, status] = ['pxname', 'svname', 'status'].map((name) => columns.indexOf(name));
  return lines
    .filter((line) => line !== '')
    .map((line) => line.split(','))
    .map((cells) => ({ proxy: cells[proxy!]!, server: cells[server!]!, status: cells[status!]! }));
}

export const isUp = ({ status }: BackendServer): boolean => status.startsWith('UP');
