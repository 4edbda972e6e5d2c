/**
 * Runs a command in a pod as if it were a child of this process: standard input, output and exit code are the command's.
 * Arguments: context, namespace, pod, container, and the command. Where the connection breaks it ends with 1 and says so.
 */
import { pipeline } from 'node:stream/promises';
import { configOf } from '../../../kubernetes/kubeconfig.ts';
import { Kube } from '../../cnpg/api/kube.ts';

const [context = '', namespace = '', pod = '', container = '', ...command] = process.argv.slice(2);

try {
  const talk = await new Kube(configOf(context)).converse(namespace, pod, container, command);
  process.stdin
    .setEncoding('utf8')
    .on('data', (text) => talk.write(String(text)))
    .on('end', () => talk.close());
  // To the last byte, however slowly it is read: then the command has ended, too.
  await Promise.all([
    pipeline(talk.out, process.stdout, { end: false }),
    pipeline(talk.err, process.stderr, { end: false }),
  ]);
  const code = await talk.ended;
  if (code === undefined) process.stderr.write(`the connection into ${pod} broke\n`);
  process.stdout.write('', () => process.exit(code ?? 1));
} catch (error) {
  process.stderr.write(`${(error as Error).message || String(error)}\n`);
  process.exit(1);
}
