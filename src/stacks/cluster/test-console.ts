/** For tests: PgBouncer's console as a pod has it, which says whether PgBouncer is paused. */
import { Duplex, PassThrough } from 'node:stream';
import { int16, int32, message, text } from '../../load/test-messages.ts';
import type { TestApi } from './test-api.ts';

const ready = message('Z', Buffer.from('I'));
const column = (name: string) =>
  Buffer.concat([text(name), int32(0), int16(0), int32(25), int16(-1), int32(-1), int16(0)]);
const cell = (value: string) => Buffer.concat([int32(value.length), Buffer.from(value)]);

/** A connection to it. @param paused asked at each `show state` */
export function consoleOf(paused: () => boolean): Duplex {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let opened = false;
  input.on('data', (chunk: Buffer) => {
    // The first message has no type: it is the startup.
    if (!opened) output.write(Buffer.concat([message('R', int32(0)), ready]));
    else if (chunk[0] === 'Q'.charCodeAt(0))
      output.write(
        Buffer.concat([
          message('T', int16(2), column('key'), column('value')),
          message('D', int16(2), cell('paused'), cell(paused() ? 'yes' : 'no')),
          message('C', text('SHOW')),
          ready,
        ]),
      );
    else output.end();
    opened = true;
  });
  return Duplex.from({ readable: output, writable: input });
}

/** Whether the Pooler `pool` of the namespace `db` is paused. */
export const isPaused = ({ objects }: TestApi): boolean => {
  const spec = objects.get('/apis/postgresql.cnpg.io/v1/namespaces/db/poolers/pool')?.spec;
  return (spec as { readonly pgbouncer?: { readonly paused?: boolean } } | undefined)?.pgbouncer?.paused === true;
};
