/**
 * Serves the metrics of a running drill. It shares the process that drives the drill, so it is kept from costing anything
 * much: the text is made at most once a second, few connections are taken, and none is waited for.
 */
import { createServer } from 'node:http';
import { UsageError } from '../errors.ts';
import { contentType } from './openmetrics.ts';

const madeEveryMs = 1_000;
const mostConnections = 8;
const requestWithinMs = 2_000;

/** `9464`, or `0.0.0.0:9464`, or `[::1]:9464`. @throws UsageError for anything else */
export function parseListen(text: string): { readonly host: string; readonly port: number } {
  const [, host = '127.0.0.1', digits = ''] = /^(?:\[?([0-9a-fA-F.:]+?)\]?:)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits !== '' && port <= 65_535) return { host, port };
  throw new UsageError(
    `--metrics-port expects a port, or an address and a port such as 0.0.0.0:9464; it got ${JSON.stringify(text)}`,
  );
}

export interface MetricsEndpoint extends AsyncDisposable {
  readonly port: number;
}

/** @param render makes the text @throws UsageError where the address cannot be taken */
export async function serveMetrics(
  { host, port }: { readonly host: string; readonly port: number },
  render: () => string,
): Promise<MetricsEndpoint> {
  let made: { readonly text: string; readonly atMs: number } | undefined;
  const text = () => {
    const nowMs = performance.now();
    if (!made || nowMs - made.atMs >= madeEveryMs) made = { text: render(), atMs: nowMs };
    return made.text;
  };
  const server = createServer({ requestTimeout: requestWithinMs, keepAliveTimeout: 1 }, (request, response) => {
    const found = request.method === 'GET' && request.url?.split('?')[0] === '/metrics';
    response.writeHead(found ? 200 : 404, { 'content-type': found ? contentType : 'text/plain', connection: 'close' });
    response.end(found ? text() : 'only GET /metrics\n');
  });
  server.maxConnections = mostConnections;
  server.setTimeout(requestWithinMs, (socket) => socket.destroy());
  server.on('clientError', (_, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new UsageError(`--metrics-port: ${host}:${port} cannot be listened on: ${error.message}`)),
    );
    server.listen(port, host, resolve);
  });
  server.unref();
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
