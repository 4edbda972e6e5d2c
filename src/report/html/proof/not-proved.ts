/** What the run does not prove, so that nobody reads more out of it than there is in it: one line, and a fold. */
import type { Run } from '../../../journal/run.ts';
import { html, type Markup } from '../../../markup.ts';
import { counted } from '../../../measure/measured.ts';
import type { Verdict } from '../../../measure/verdict.ts';
import { grouped, listed, seconds } from '../../text.ts';
import { fold } from '../fold.ts';
import type { View } from '../view.ts';

function aboutTime(run: Run): string {
  const name = run.header.scenario.name;
  return `How long the next ${name} takes. This is one run, and failover times come in steps, as timeouts happen to meet; repeat it (\u2011\u2011repeat\u00a05) before you rely on a figure.`;
}

function aboutLoad(run: Run): string {
  const { writers, ratePerSecond } = run.header.load as { writers?: unknown; ratePerSecond?: unknown };
  const load =
    typeof writers === 'number' && typeof ratePerSecond === 'number'
      ? `${grouped(writers)} clients that insert ${grouped(ratePerSecond)} single rows a second`
      : 'this load';
  return `What your application sees. The load was ${load}, not your queries, your transactions or your retries.`;
}

function aboutStack(run: Run): string {
  const { host, stack } = run.header;
  const where =
    stack === 'cluster'
      ? 'this cluster as it is set up'
      : `the ${stack} stack on one machine with ${counted(host.cpus, 'CPU')}`;
  return `How another system behaves. The drill ran on ${where}, with the versions and settings listed below.`;
}

function unmeasured(verdict: Verdict): string | undefined {
  const open = listed(verdict).flatMap(({ outcome, title }) => (outcome === 'unknown' ? [title] : []));
  return open.length > 0
    ? `Whether these limits hold: ${open.join(', ')}. The run could not measure them well enough.`
    : undefined;
}

function stalls(run: Run): string | undefined {
  if (run.stalls.length === 0) return undefined;
  const longest = Math.max(...run.stalls.map((stall) => stall.untilUs - stall.fromUs));
  return `Anything finer than the harness was itself. It stalled ${counted(run.stalls.length, 'time')}, for up to ${seconds(longest, 3)}; the ± of what that touched is wider for it.`;
}

export function notProved({ run, verdict }: View): Markup {
  const items = [unmeasured(verdict), aboutTime(run), aboutLoad(run), aboutStack(run), stalls(run)].filter(
    (item) => item !== undefined,
  );
  return fold({
    id: 'not-proved',
    title: 'What this run does not prove',
    says: 'one run, one load, one system: it shows what can happen, not what always does',
    body: html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`,
    onPaper: true,
  });
}
