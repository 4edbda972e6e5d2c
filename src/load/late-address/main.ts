/**
 * A forwarder as a process, which runs where the clients live: it reads destinations from its standard input, a line of
 * JSON each, writes its port, and ends with its input.
 */
import { createInterface } from 'node:readline';
import { type Destination, Forwarder } from './forwarder.ts';

let forwarder: Forwarder | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  const to = JSON.parse(line) as Destination;
  if (forwarder) {
    forwarder.point(to);
    continue;
  }
  forwarder = await Forwarder.listen(to);
  process.stdout.write(`${JSON.stringify({ port: forwarder.port })}\n`);
}
process.exit(0);
