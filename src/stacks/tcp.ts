/** One attempt to connect, and what became of it. */
import { connect } from 'node:net';

/** `unreachable`: the kernel reported at once that no way exists; `timeout`: no answer came. */
export type TcpOutcome = 'connected' | 'refused' | 'timeout' | 'unreachable';

export function tryTcp(host: string, port: number, withinMs: number): Promise<TcpOutcome> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (outcome: TcpOutcome) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.setTimeout(withinMs, () => end('timeout'));
    socket.once('connect', () => end('connected'));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => end(code === 'ECONNREFUSED' ? 'refused' : 'unreachable'));
  });
}
