/** Who follows a run while it is under way: OpenMetrics on a port, a collector by OTLP, a chat. None of them changes the run. */
import { type Command, Option } from 'commander';
import { UsageError } from '../errors.ts';
import { type ChatTemplate, chat, chatAddress, chatTemplates } from '../hooks/chat.ts';
import type { Hook } from '../hooks/hook.ts';
import type { JournalEvent } from '../journal/event.ts';
import { log } from '../log/log.ts';
import type { Verdict } from '../measure/verdict.ts';
import { version } from '../project/version.ts';
import { say, warn } from './say.ts';

export interface LiveFlags {
  readonly metricsPort?: string;
  readonly otlp?: string;
  readonly notify?: string;
  readonly notifyTemplate?: ChatTemplate;
  readonly dryRun?: boolean;
}

export const addLiveOptions = (command: Command): Command =>
  command
    .option('--metrics-port <port>', 'serve metrics of the running drill as OpenMetrics: a port, or address:port')
    .option('--otlp <url>', 'send metrics of the running drill to a collector of OpenTelemetry, by OTLP over HTTP')
    .option('--notify <url>', `webhook of a chat that gets start and verdict (a secret: better in ${chatAddress})`)
    .addOption(
      new Option('--notify-template <kind>', 'the chat of --notify (default: slack)').choices([...chatTemplates]),
    );

type Listener = (event: JournalEvent) => void;

export interface Live extends AsyncDisposable {
  /** Lets the metrics follow too. Whatever goes wrong in them, the first listener and the run go on. */
  beside(first: Listener): Listener;
  judged(outcome: Verdict['outcome']): void;
}

/** Nobody follows. */
const none: Live = { beside: (first) => first, judged: () => {}, [Symbol.asyncDispose]: async () => {} };

/** @throws UsageError where an address is wrong, or the port is taken */
export async function openLive({ metricsPort, otlp }: Pick<LiveFlags, 'metricsPort' | 'otlp'>): Promise<Live> {
  if (metricsPort === undefined && otlp === undefined) return none;
  const { LiveFold } = await import('../live/state.ts');
  const fold = new LiveFold();
  const closing = new AsyncDisposableStack();
  if (otlp !== undefined) {
    const { parseOtlp, sendOtlp } = await import('../live/otlp.ts');
    const sending = sendOtlp(parseOtlp(otlp), () => fold.snapshot(), version);
    closing.defer(async () => {
      const failed = await sending.end();
      if (failed) warn(failed);
    });
  }
  if (metricsPort !== undefined) {
    const { parseListen, serveMetrics } = await import('../live/endpoint.ts');
    const { openMetrics } = await import('../live/openmetrics.ts');
    try {
      const at = parseListen(metricsPort);
      const { port } = closing.use(await serveMetrics(at, () => openMetrics(fold.snapshot())));
      say(`metrics of the running drill: http://${at.host.includes(':') ? `[${at.host}]` : at.host}:${port}/metrics`);
    } catch (error) {
      await closing[Symbol.asyncDispose]();
      throw error;
    }
  }
  return {
    beside: (first) => (event) => {
      first(event);
      try {
        fold.hear(event);
      } catch (error) {
        log.error('live metrics', { why: (error as Error).message, kind: event.kind });
      }
    },
    judged: (outcome) => fold.judged(outcome),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

interface Notified {
  readonly hooks: readonly Hook[];
  readonly reason: string;
}

/**
 * The services that are notified, and the chat where one is named.
 * @throws UsageError for a template without an address, and for an address that is not one
 */
export function withChat(
  notified: Notified | undefined,
  { notify, notifyTemplate, dryRun }: Pick<LiveFlags, 'notify' | 'notifyTemplate' | 'dryRun'>,
  env: NodeJS.ProcessEnv = process.env,
): Notified | undefined {
  const address = notify ?? env[chatAddress];
  if (!address) {
    if (notifyTemplate !== undefined)
      throw new UsageError(`--notify-template needs the address of the chat: --notify, or ${chatAddress}`);
    return notified;
  }
  const hook = chat(address, notifyTemplate ?? 'slack');
  // A dry run breaks nothing, so it notifies nobody.
  if (dryRun) return notified;
  return { reason: '', ...notified, hooks: [...(notified?.hooks ?? []), hook] };
}
