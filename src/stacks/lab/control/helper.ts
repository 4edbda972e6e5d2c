/**
 * Runs inside a host's network, as a process of its own, and says what it saw as one line of JSON:
 * `helper.ts connect HOST PORT TIMEOUT_MS`, `helper.ts trips HOST PORT COUNT`, or `helper.ts request JSON` with a
 * `HttpRequest`.
 */
import { request } from 'node:http';
import type { HttpRequest } from '../../../object-store/http-request.ts';
import { tryTcp } from '../../tcp.ts';
import type { NetworkAnswer } from './from-clients.ts';

const words = {
  connect: (host: string, port: string, timeoutMs: string) => tryTcp(host, Number(port), Number(timeoutMs)),
  trips: (host: string, port: string, count: string) => trips(host, Number(port), Number(count)),
  request: (text: string) => ask(JSON.parse(text)),
};
const [word, ...rest] = process.argv.slice(2);
try {
  const answer = await words[word as keyof typeof words](...(rest as [string, string, string]));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
} catch (error) {
  // The last line on stderr is what the caller shows the user.
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

/** How long each of several connections took to be made, in ms, one after another; -1 for one that was not. */
async function trips(host: string, port: number, count: number): Promise<number[]> {
  const took: number[] = [];
  for (let i = 0; i < count; i++) {
    const startedMs = performance.now();
    took.push((await tryTcp(host, port, 25_000)) === 'connected' ? performance.now() - startedMs : -1);
  }
  return took;
}

function ask({ method, host, port, path, headers, body }: HttpRequest): Promise<NetworkAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request({ method, host, port, path, headers }, (got) => {
      let text = '';
      got.setEncoding('utf8');
      got.on('data', (part: string) => (text += part));
      got.on('error', reject);
      got.on('end', () => resolve({ status: got.statusCode ?? 0, body: text }));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
