/**
 * The child of `bench/sink.ts`: takes every login and acknowledges every statement with the same row, at as little cost as
 * it can, so that what is measured is the load. It prints its port, and at its end how many statements it acknowledged.
 */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { int16, int32, message, text } from '../src/load/test-messages.ts';

const ready = message('Z', Buffer.from('I'));
const login = Buffer.concat([message('R', int32(0)), ready]);
const row = ['198.18.0.1', '0/1000', '00000001'];
const columns = row.map((_, i) =>
  Buffer.concat([text(`c${i}`), int32(0), int16(0), int32(25), int16(-1), int32(-1), int16(0)]),
);
const values = row.map((value) => Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)]));
const acknowledged = Buffer.concat([
  message('T', int16(row.length), ...columns),
  message('D', int16(row.length), ...values),
  message('C', text('INSERT 0 1')),
  ready,
]);

let statements = 0;
let inserts = 0;

/** A client has one statement under way, and each fits into one segment: whatever arrives is a login, one, or its rest. */
function serve(socket: Socket): void {
  let missing = 0;
  let loggedIn = false;
  socket.setNoDelay(true).on('error', () => {});
  socket.on('data', (data) => {
    let at = 0;
    while (at < data.length) {
      if (missing > 0) {
        const taken = Math.min(missing, data.length - at);
        [missing, at] = [missing - taken, at + taken];
        if (missing > 0) return;
        socket.write(loggedIn ? acknowledged : login);
        loggedIn = true;
        continue;
      }
      // The first message has no type byte before its length. A head that is cut is none of these clients'.
      const head = loggedIn ? 1 : 0;
      if (loggedIn && data[at] === 0x58) return socket.end();
      if (loggedIn) {
        statements++;
        // The first word of the load's statement; its settings come first.
        if (data.toString('latin1', at + 5, at + 11) === 'insert') inserts++;
      }
      missing = data.readInt32BE(at + head);
      at += head;
    }
  });
}

const server = createServer(serve);
server.listen(5432, '0.0.0.0', () => console.log((server.address() as AddressInfo).port));
process.once('SIGTERM', () => {
  const { user, system } = process.cpuUsage();
  console.log(JSON.stringify({ statements, inserts, cpuSeconds: (user + system) / 1e6 }));
  process.exit(0);
});
