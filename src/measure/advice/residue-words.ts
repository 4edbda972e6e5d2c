/** What a run left behind, whose it may be, and how to remove it, in words. */
import { contractOf } from '../../faults/index.ts';
import type { Run } from '../../journal/run.ts';
import { type FaultWindow, faultWindows } from '../availability/fault-windows.ts';
import { counted, listed } from '../measured.ts';
import type { Check, Reason } from '../verdict.ts';

const ofRule = /^(\S+) has the firewall rule (-A .*)$/;

/** Of `residue`. */
export function leftBehind(run: Run, { value, note }: Check): Pick<Reason, 'why' | 'advice'> {
  const found = [...new Set(run.residues.flatMap((look) => look.found))];
  const count = value ?? 0;
  const what = `${counted(count, 'leftover')} of pgdrill ${count === 1 ? 'was' : 'were'} found when the run ended${note ? `: ${note}` : ''}.`;
  const byHand = found.flatMap((one) => removal(one) ?? []);
  return {
    why: `${what}${whose(run, found)} This is about pgdrill, not about PostgreSQL: no setting of the cluster caused it.`,
    advice: `Run pgdrill heal, which undoes what a drill recorded. Remove by hand what is still there${byHand.length > 0 ? ` (${byHand.join('; ')})` : ''}, then run the drill again.`,
  };
}

/** Whether a fault of this run can have set a rule that was left: one that sets rules, on the same host. */
function whose(run: Run, found: readonly string[]): string {
  const hosts = [...new Set(found.flatMap((one) => ofRule.exec(one)?.[1] ?? []))];
  if (hosts.length === 0) return '';
  const named = (some: readonly FaultWindow[]): string =>
    listed([...new Set(some.map(({ fault, target }) => `${fault} of ${target}`))]);
  const faults = faultWindows(run);
  const own = faults.filter(
    ({ fault, hits }) => contractOf(fault)?.setsRules && hits.some((hit) => hosts.includes(hit)),
  );
  const marked = own.filter(({ fault }) => found.some((one) => one.includes(` pgdrill-${fault} `)));
  if (marked.length > 0) return ` It is a rule of this run’s own ${named(marked)}.`;
  if (own.length > 0) return '';
  const had = faults.length === 0 ? 'it broke nothing' : `it had ${named(faults)}`;
  return ` No fault of this run sets a rule on ${listed(hosts)} (${had}): another run or a person set it, and the journal does not hold which.`;
}

/** The command that removes a firewall rule on its host. */
function removal(found: string): string | undefined {
  const [, host, rule] = ofRule.exec(found) ?? [];
  return rule && `on ${host}: iptables ${rule.replace(/^-A /, '-D ').replace(/ -c \d+ \d+/, '')}`;
}
