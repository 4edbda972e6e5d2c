import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import { sslRequest } from './frames.ts';
import { TlsServer } from './tls-server.ts';

const message = (code: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeInt32BE(8, 0);
  bytes.writeInt32BE(code, 4);
  return bytes;
};
/** The first bytes of a ClientHello. */
const hello = Buffer.from([0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3]);

describe('a server that shows how certificates are checked', () => {
  /** What it notes of a client that sends these, each after an answer. */
  const noted = async (...sent: readonly Buffer[]) => {
    await using server = await TlsServer.listen({});
    const socket = connect({ host: '127.0.0.1', port: server.port });
    socket.on('error', () => {});
    const answers: string[] = [];
    for (const bytes of sent) {
      socket.write(bytes);
      const [answer] = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => [''])]);
      answers.push(String(answer));
    }
    socket.destroy();
    while (server.outcomes.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    return { answers, outcomes: server.outcomes };
  };

  it('notes a log-in in plain text', async () => {
    const { answers, outcomes } = await noted(message(sslRequest), message(3 << 16));
    expect(outcomes).to.deep.equal(['plain']);
    expect(answers[0]).to.equal('N');
    expect(answers[1]).to.contain('28000');
  });

  it('does not take a handshake after its refusal of TLS for a log-in', async () => {
    expect(await noted(message(sslRequest), hello)).to.deep.equal({ answers: ['N', ''], outcomes: ['refused'] });
  });
});
