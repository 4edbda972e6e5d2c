import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const [stdout, status] = [1, 3];
const chunkBytes = 60_000;

/** A binary frame of a server (RFC 6455, 5.2) with a message of one of Kubernetes' channels. */
function frame(channel: number, text: string): Buffer {
  const payload = Buffer.concat([Buffer.from([channel]), Buffer.from(text)]);
  const header = Buffer.alloc(10);
  header.writeUInt8(0x82, 0);
  header.writeUInt8(127, 1);
  header.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([header, payload]);
}

/** The message of a short masked frame of a client, less its channel. */
function unmasked(data: Buffer): string {
  const at = data.length - (data[1]! & 0x7f);
  const mask = data.subarray(at - 4, at);
  return Buffer.from(data.subarray(at).map((byte, i) => byte ^ mask[i % 4]!)).toString('utf8', 1);
}

/** Exec as an API server has it. */
describe('a command in a pod as a child of this process', function () {
  this.timeout(60_000);
  let server: Server;
  let folder: string;
  let serve: (socket: Socket) => void;
  let sockets: Socket[];
  beforeEach(async () => {
    server = createServer();
    sockets = [];
    server.on('upgrade', (request, socket: Socket) => {
      const salt = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
      const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${salt}`).digest('base64');
      const lines = ['Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`];
      const protocol = request.headers['sec-websocket-protocol']!.split(',')[0];
      sockets.push(socket.on('error', () => {}));
      socket.write(`HTTP/1.1 101 x\r\n${lines.join('\r\n')}\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`);
      serve(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-exec-'));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const config = {
      ...{ apiVersion: 'v1', kind: 'Config', users: [{ name: 'u', user: {} }] },
      clusters: [{ name: 'c', cluster: { server: address, 'insecure-skip-tls-verify': true } }],
      contexts: [{ name: 'there', context: { cluster: 'c', user: 'u' } }],
    };
    await writeFile(join(folder, 'config'), JSON.stringify(config));
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await rm(folder, { recursive: true });
  });

  const start = (): ChildProcess =>
    spawn(process.execPath, [fileURLToPath(import.meta.resolve('./exec-in.ts')), 'there', 'db', 'pod-1', 'c', 'cat'], {
      env: { ...process.env, KUBECONFIG: join(folder, 'config') },
      stdio: 'pipe',
    });
  const codeOf = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once('close', resolve));
  const finished = JSON.stringify({ status: 'Success' });

  it('gives all that the command wrote, also where it is read more slowly than it came', async () => {
    const chunks = 100;
    serve = (socket) => {
      for (let i = 0; i < chunks; i++) socket.write(frame(stdout, 'x'.repeat(chunkBytes)));
      socket.write(frame(status, finished));
    };
    const child = start();
    const code = codeOf(child);
    let bytes = 0;
    await sleep(1_500);
    child.stdout!.on('data', (data: Buffer) => (bytes += data.length));
    expect(await code).to.equal(0);
    expect(bytes).to.equal(chunks * chunkBytes);
  });

  it('hands on what it reads, and the command’s exit code', async () => {
    serve = (socket) =>
      socket.once('data', (data) => {
        const causes = [{ reason: 'ExitCode', message: '3' }];
        socket.write(frame(stdout, `heard ${unmasked(data)}`));
        socket.write(frame(status, JSON.stringify({ status: 'Failure', details: { causes } })));
      });
    const child = start();
    const code = codeOf(child);
    child.stdin!.write('über\n');
    const [said] = await child.stdout!.take(1).toArray();
    expect(String(said)).to.equal('heard über\n');
    expect(await code).to.equal(3);
  });

  it('says that the connection broke, and ends with 1', async () => {
    serve = (socket) => void setTimeout(() => socket.destroy(), 100);
    const child = start();
    const code = codeOf(child);
    const said = await child.stderr!.toArray();
    expect(said.map(String).join('')).to.equal('the connection into pod-1 broke\n');
    expect(await code).to.equal(1);
  });
});
